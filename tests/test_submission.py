"""A submitted file as a Submission, whatever it holds."""

import hashlib
import json

import pytest

from autograder.errors import SubmissionError
from autograder.submission.submission import Submission


@pytest.fixture
def path(released, tmp_path):
    """The released notebook, submitted as it is."""
    path = tmp_path / "dropout.ipynb"
    path.write_text(json.dumps(released))
    return path


def test_a_submission_has_the_digest_of_the_file(path, course):
    assert Submission.receive(path, course).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_submission_has_the_path_as_its_name(path, course):
    assert Submission.receive(path, course).name == str(path)


def test_content_that_was_read_elsewhere_needs_no_file(path, course):
    content = path.read_bytes()
    path.unlink()
    assert Submission.receive(path, course, content).fault == ""


def test_the_source_is_that_of_the_code_cells(path, course):
    source = Submission.read(path, course).source
    assert "def dropout_forward" in source
    assert "# Dropout" not in source.splitlines()


def test_a_file_that_is_not_a_notebook_has_a_fault(path, course):
    path.write_text("{")
    assert "is not valid JSON" in Submission.receive(path, course).fault


def test_a_file_that_is_not_a_notebook_has_a_digest_too(path, course):
    path.write_text("{")
    assert Submission.receive(path, course).sha256 == hashlib.sha256(b"{").hexdigest()


def test_with_a_fault_the_notebook_begins_with_the_reason(path, course):
    path.write_text("{")
    assert "is not valid JSON" in Submission.receive(path, course).notebook.cells[0].source


def test_with_a_fault_the_notebook_has_every_test_cell(path, course):
    path.write_text("{")
    cells = Submission.receive(path, course).notebook.cells
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells}
    assert {test.grade_id for test in course.tests} <= names


def test_a_file_that_is_missing_has_no_digest(path, course):
    path.unlink()
    assert Submission.receive(path, course).sha256 == ""


def test_reading_a_file_that_is_not_a_notebook_is_an_error(path, course):
    path.write_text("{")
    with pytest.raises(SubmissionError, match="is not valid JSON"):
        Submission.read(path, course)
