"""Reading a submitted file: a notebook, or the reason why it holds none."""

import json
import os

import pytest

from autograder.errors import SubmissionError
from autograder.submission.reading import MAX_CELLS, parse, read_bytes


def notebook(**changes):
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell], **changes}


def parsed(data):
    return parse(json.dumps(data).encode(), "dropout.ipynb")


UNUSABLE = {
    "empty": (b"", "is empty"),
    "not_json": (b'{"cells": [', "not valid JSON"),
    "merge_conflict": (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n}', "merge conflicts"),
    "latin1": ('{"a": "é"}'.encode("latin-1"), "not UTF-8"),
    "a_list": (b"[]", "holds a JSON list"),
    "an_object": (b"{}", "nbformat"),
    "deep": (b"[" * 200_000, "nested too deeply"),
    "no_cells": (json.dumps(notebook(cells=None)).encode(), "no list of cells"),
    "odd_cell": (json.dumps(notebook(cells=[7])).encode(), "cell 1 is not"),
    "odd_source": (
        json.dumps(notebook(cells=[{"cell_type": "code", "source": 7}])).encode(),
        "is not a text",
    ),
    "later_format": (json.dumps(notebook(nbformat=5)).encode(), "says nbformat '5'"),
}


@pytest.mark.parametrize(("content", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_not_a_notebook_is_refused_with_a_reason(content, reason):
    with pytest.raises(SubmissionError, match=reason):
        parse(content, "dropout.ipynb")


def test_too_many_cells_are_refused_with_a_reason():
    cell = notebook()["cells"][0]
    with pytest.raises(SubmissionError, match=f"expected at most {MAX_CELLS}"):
        parsed(notebook(cells=[cell] * (MAX_CELLS + 1)))


def test_a_byte_order_mark_is_ignored():
    assert parse(b"\xef\xbb\xbf" + json.dumps(notebook()).encode(), "n").cells[0].source == "1"


def test_a_later_minor_version_is_read():
    assert parsed(notebook(nbformat_minor=99)).cells[0].source == "1"


def test_format_3_is_upgraded():
    cell = {"cell_type": "code", "input": "1", "language": "python", "outputs": []}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    assert parsed(old).cells[0].source == "1"


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "dropout.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_bytes(tmp_path / "dropout.ipynb")


def test_a_folder_is_not_read(tmp_path):
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_bytes(tmp_path)


def test_a_fifo_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "dropout.ipynb")
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_bytes(tmp_path / "dropout.ipynb")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SubmissionError, match="dropout.ipynb is missing"):
        read_bytes(tmp_path / "dropout.ipynb")


def test_a_huge_file_is_not_read(tmp_path):
    with open(tmp_path / "dropout.ipynb", "wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(SubmissionError, match="has 200 MiB"):
        read_bytes(tmp_path / "dropout.ipynb")


DEEP = json.loads("[" * 900 + "]" * 900)


@pytest.mark.parametrize("place", ["id", "metadata", "attachments", "outputs", "execution_count"])
def test_deep_structures_are_dropped(place):
    value = {"nbgrader": {"grade_id": DEEP}} if place == "metadata" else {"a.png": DEEP}
    cells = [{"cell_type": kind, "source": "1", place: value} for kind in ("code", "markdown")]
    for cell in parsed(notebook(cells=cells)).cells:
        assert cell.id == ""
        assert cell.metadata == {"nbgrader": {}}


def test_of_attachments_only_pictures_are_kept():
    given = {"image/png": "aGk=", "image/svg+xml": "<svg/>", "text/html": "x", "image/gif": "<script>"}
    cell = {"cell_type": "markdown", "source": "", "attachments": {"a": given, "b": {"x": 1}, "c": []}}
    assert parsed(notebook(cells=[cell])).cells[0].attachments == {"a": {"image/png": "aGk="}}


def test_ten_megabytes_in_a_cell_are_refused_with_a_reason():
    cell = {"cell_type": "code", "source": "#" * 10 * 2**20, "metadata": {}}
    with pytest.raises(SubmissionError, match="cell 1 is not a text of at most 1048576 characters"):
        parsed(notebook(cells=[cell]))
