"""Whatever is handed in is read as a notebook of the assignment, or met with a reason."""

import json
import os

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.submission.pictures import files_beside
from autograder.submission.reading import MAX_CELLS, parse
from autograder.submission.submission import Submission, purpose_of


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
    "deep": (b"[" * 200_000, "nested too deeply|not valid JSON"),
    "no_cells": (json.dumps(notebook(cells=None)).encode(), "no list of cells"),
    "odd_cell": (json.dumps(notebook(cells=[7])).encode(), "cell 1 is not"),
    "odd_source": (
        json.dumps(notebook(cells=[{"cell_type": "code", "source": 7}])).encode(),
        "holds no text",
    ),
    "later_format": (json.dumps(notebook(nbformat=5)).encode(), "says nbformat '5'"),
}


@pytest.mark.parametrize(("content", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_no_notebook_is_met_with_a_reason(content, reason):
    with pytest.raises(SubmissionError, match=reason):
        parse(content, "dropout.ipynb")


def test_too_many_cells_are_met_with_a_reason():
    cell = notebook()["cells"][0]
    with pytest.raises(SubmissionError, match=f"expected at most {MAX_CELLS}"):
        parsed(notebook(cells=[cell] * (MAX_CELLS + 1)))


def test_a_byte_order_mark_is_no_obstacle():
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


def test_a_link_is_not_followed(tmp_path, course):
    (tmp_path / "dropout.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="not a regular file"):
        Submission.read(tmp_path / "dropout.ipynb", course)


def test_a_fifo_does_not_hang(tmp_path, course):
    os.mkfifo(tmp_path / "dropout.ipynb")
    with pytest.raises(SubmissionError, match="not a regular file"):
        Submission.read(tmp_path / "dropout.ipynb", course)


def test_a_huge_file_is_not_read(tmp_path, course):
    with open(tmp_path / "dropout.ipynb", "wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(SubmissionError, match="has 200 MiB"):
        Submission.read(tmp_path / "dropout.ipynb", course)


@pytest.fixture
def change(released, course, tmp_path):
    """Return a function that changes the released notebook's cells, hands it in and reads it."""

    def read(edit):
        copy = nbformat.from_dict(released)
        copy.cells = edit(copy.cells) or copy.cells
        path = tmp_path / "dropout.ipynb"
        path.write_text(json.dumps(copy))
        return Submission.read(path, course)

    return read


def place(submission, grade_id):
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in submission.notebook.cells]
    assert names.count(grade_id) == 1
    return names.index(grade_id)


def find(cells, grade_id):
    return next(cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_the_released_notebook_needs_no_repair(change, released):
    submission = change(lambda cells: None)
    assert submission.notes == ()
    assert [cell.source for cell in submission.notebook.cells] == [cell.source for cell in released.cells]


def test_an_edited_test_cell_is_put_back(change, course):
    def edit(cells):
        find(cells, "test_dropout_forward").source = "pass"

    submission = change(edit)
    cell = submission.notebook.cells[place(submission, "test_dropout_forward")]
    assert cell.source == course.select(("test_dropout_forward",))[0].source
    assert submission.notes == ("The cell test_dropout_forward had been edited; it was graded as released.",)


def test_a_deleted_test_cell_is_put_back_after_its_exercise(change):
    submission = change(lambda cells: [c for c in cells if c is not find(cells, "test_dropout_forward")])
    forward, test = place(submission, "dropout_forward"), place(submission, "test_dropout_forward")
    assert forward < test < place(submission, "dropout_backward")


def test_a_test_cell_moved_to_the_front_comes_after_its_exercise(change):
    def edit(cells):
        test = find(cells, "test_dropout_forward")
        return [test, *(cell for cell in cells if cell is not test)]

    submission = change(edit)
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")


def test_a_cell_added_below_an_answer_runs_before_the_checks(change):
    def edit(cells):
        added = nbformat.v4.new_code_cell("helper = 1")
        i = cells.index(find(cells, "dropout_forward"))
        return [*cells[: i + 1], added, *cells[i + 1 :]]

    submission = change(edit)
    added = next(i for i, cell in enumerate(submission.notebook.cells) if cell.source == "helper = 1")
    assert added < place(submission, "test_dropout_forward")


def test_a_copied_cell_counts_once_the_last_time(change):
    def edit(cells):
        copy = nbformat.from_dict(find(cells, "dropout_forward"))
        copy.source = "second = 2"
        return [*cells, copy]

    submission = change(edit)
    assert submission.notebook.cells[place(submission, "dropout_forward")].source == "second = 2"
    assert "There were several cells dropout_forward; the last one counts." in submission.notes


def test_stripped_metadata_is_recovered_by_cell_id(change):
    def edit(cells):
        for cell in cells:
            cell.metadata = {}

    submission = change(edit)
    assert submission.notes == ()
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")


def test_points_and_tags_come_from_the_course(change):
    def edit(cells):
        find(cells, "test_accuracy").metadata.nbgrader.points = 1000
        find(cells, "train").metadata.tags = ["for-nothing"]

    submission = change(edit)
    cells = submission.notebook.cells
    assert cells[place(submission, "test_accuracy")].metadata.nbgrader.points == 30
    assert purpose_of(cells[place(submission, "train")]) == "test_accuracy"


def test_a_cell_added_below_the_training_serves_it_too(change):
    def edit(cells):
        i = cells.index(find(cells, "train"))
        return [*cells[: i + 1], nbformat.v4.new_code_cell("more = 1"), *cells[i + 1 :]]

    submission = change(edit)
    added = next(cell for cell in submission.notebook.cells if cell.source == "more = 1")
    assert purpose_of(added) == "test_accuracy"


def test_cell_ids_are_made_unique(change):
    def edit(cells):
        for cell in cells:
            cell.id = "same"

    submission = change(edit)
    ids = [cell.id for cell in submission.notebook.cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(submission.notebook)


DEEP = json.loads("[" * 900 + "]" * 900)


@pytest.mark.parametrize("place", ["id", "metadata", "attachments", "outputs", "execution_count"])
def test_deep_structures_reach_none_of_our_code(place):
    value = {"nbgrader": {"grade_id": DEEP}} if place == "metadata" else {"a.png": DEEP}
    cells = [{"cell_type": kind, "source": "1", place: value} for kind in ("code", "markdown")]
    for cell in parsed(notebook(cells=cells)).cells:
        assert cell.id == ""
        assert cell.metadata == {"nbgrader": {}}


def test_of_attachments_only_pictures_are_kept():
    given = {"image/png": "aGk=", "image/svg+xml": "<svg/>", "text/html": "x", "image/gif": "<script>"}
    cell = {"cell_type": "markdown", "source": "", "attachments": {"a": given, "b": {"x": 1}, "c": []}}
    assert parsed(notebook(cells=[cell])).cells[0].attachments == {"a": {"image/png": "aGk="}}


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_no_tag_in_an_answer_stays_one(change, kind):
    text = "a < b, $x<1$ <script>x</script> <img src=x onerror=y> <!-- c -->"

    def edit(cells):
        return [*cells, {"cell_type": kind, "metadata": {}, "source": text, "id": "added"}]

    added = next(cell for cell in change(edit).notebook.cells if cell.id == "added")
    assert added.source == "a < b, $x<1$ < script>x< /script> < img src=x onerror=y> < !-- c -->"


def strip(cells):
    for cell in cells:
        cell.metadata = {}
        cell.pop("id", None)


def test_without_metadata_and_ids_cells_are_known_by_what_they_say(change):
    submission = change(strip)
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")
    assert place(submission, "fc_net") < place(submission, "test_fc_net_forward")


def test_a_rewritten_answer_is_known_by_what_it_defines(change):
    def edit(cells):
        find(cells, "dropout_backward").source = "import math\n\ndef dropout_backward(dout, cache):\n    pass"
        strip(cells)

    submission = change(edit)
    assert "import math" in submission.notebook.cells[place(submission, "dropout_backward")].source


def test_another_assignments_notebook_is_met_with_a_reason(change):
    def edit(cells):
        return [nbformat.v4.new_code_cell("def attention(q, k, v): pass")]

    with pytest.raises(SubmissionError, match="No cell of it answers an exercise of dropout"):
        change(edit)


def test_ten_megabytes_in_a_cell_are_met_with_a_reason():
    cell = {"cell_type": "code", "source": "#" * 10 * 2**20, "metadata": {}}
    with pytest.raises(SubmissionError, match="cell 1 holds no text of bearable size"):
        parsed(notebook(cells=[cell]))


def test_reversed_cells_are_graded_in_the_released_order(change):
    submission = change(lambda cells: cells[::-1])
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")


def test_pictures_beside_a_notebook_are_read_with_care(tmp_path):
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "b.png").symlink_to("/etc/passwd")
    (tmp_path / "numpy.py").write_text("1")
    os.mkfifo(tmp_path / "c.png")
    with open(tmp_path / "d.png", "wb") as file:
        file.truncate(3 * 2**20)
    for i in range(2000):
        (tmp_path / f"{i}.txt").touch()
    assert set(files_beside(tmp_path / "dropout.ipynb")) <= {"a.png"}
