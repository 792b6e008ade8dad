"""The files beside a submitted notebook that are kept."""

import os

import pytest

from autograder.submission.pictures import MAX_PICTURES, files_beside


@pytest.fixture
def notebook(tmp_path):
    return tmp_path / "dropout.ipynb"


def test_a_picture_is_kept(notebook):
    notebook.with_name("a.PNG").write_bytes(b"a")
    assert files_beside(notebook) == {"a.PNG": b"a"}


@pytest.mark.parametrize("name", ["timestamp.txt", "submission_secret.txt"])
def test_the_exchange_s_files_are_kept(notebook, name):
    notebook.with_name(name).write_bytes(b"2026-01-01")
    assert files_beside(notebook) == {name: b"2026-01-01"}


def test_no_other_file_is_kept(notebook):
    for name in ("numpy.py", "results.json", "dropout.ipynb", "a.svg"):
        notebook.with_name(name).write_text("1")
    assert files_beside(notebook) == {}


def test_a_link_is_not_followed(notebook):
    notebook.with_name("a.png").symlink_to("/etc/passwd")
    assert files_beside(notebook) == {}


def test_a_fifo_does_not_block(notebook):
    os.mkfifo(notebook.with_name("a.png"))
    assert files_beside(notebook) == {}


def test_a_large_picture_is_left_out(notebook):
    with notebook.with_name("a.png").open("wb") as file:
        file.truncate(3 * 2**20)
    assert files_beside(notebook) == {}


def test_there_are_pictures_up_to_a_limit(notebook):
    for i in range(MAX_PICTURES + 5):
        notebook.with_name(f"{i:02d}.png").write_bytes(b"a")
    assert len(files_beside(notebook)) == MAX_PICTURES


def test_of_a_large_folder_only_a_part_is_read(notebook, monkeypatch):
    for i in range(5):
        notebook.with_name(f"{i}.png").write_bytes(b"a")
    monkeypatch.setattr("autograder.submission.pictures.MAX_NAMES", 2)
    assert len(files_beside(notebook)) == 2


def test_a_missing_folder_has_no_files(tmp_path):
    assert files_beside(tmp_path / "missing" / "dropout.ipynb") == {}
