"""Which students have submitted an assignment, and whether their results are current."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from conftest import ROOT
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import ConfigError
from autograder.gradebook.roster import Roster
from autograder.results import Result

NOTEBOOK = b"{}"
SHA256 = hashlib.sha256(NOTEBOOK).hexdigest()


@pytest.fixture
def course(tmp_path):
    """The Dropout assignment of a course without submissions."""
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "source").symlink_to(ROOT / "source")
    return Course.load("dropout", tmp_path)


@pytest.fixture
def submit(course):
    """Return a function that submits a notebook, and returns its folder."""

    def write(student, structure="submitted/{}/dropout"):
        folder = Path(course.root) / structure.format(student)
        folder.mkdir(parents=True)
        (folder / "dropout.ipynb").write_bytes(NOTEBOOK)
        return folder

    return write


@pytest.fixture
def ann(course, submit):
    """A submission, with the folder of the graded notebook."""
    submit("ann")
    (submitted,) = Roster(course, Config()).select()
    submitted.graded.mkdir(parents=True)
    return submitted


def test_students_come_in_order(course, submit):
    submit("ben")
    submit("ann")
    assert Roster(course, Config()).students() == ["ann", "ben"]


def test_a_submission_of_another_assignment_is_not_one(course, submit):
    submit("ann")
    submit("ben", "submitted/{}/layernorm")
    assert Roster(course, Config()).students() == ["ann"]


def test_excluded_students_are_left_out(course, submit):
    submit("ann")
    submit("ben")
    config = Config(CourseDirectory={"student_id_exclude": "ben,zed"})
    assert Roster(course, config).students() == ["ann"]


def test_folders_are_those_that_the_course_is_configured_with(course, submit):
    submit("ann", "dropout/inbox/{}")
    names = {
        "directory_structure": "{assignment_id}/{nbgrader_step}/{student_id}",
        "submitted_directory": "inbox",
    }
    assert Roster(course, Config(CourseDirectory=names)).students() == ["ann"]


def test_some_students_can_be_selected(course, submit):
    for student in ("ann", "ben", "cat"):
        submit(student)
    chosen = Roster(course, Config()).select(("cat", "ann"))
    assert [submitted.student for submitted in chosen] == ["ann", "cat"]


def test_a_student_without_a_submission_is_named(course, submit):
    submit("ann")
    with pytest.raises(
        ConfigError, match=r"no submission of dropout by ben, zed; expected a folder .*/submitted/<"
    ):
        Roster(course, Config()).select(("zed", "ben", "ann"))


def test_a_class_without_submissions_is_an_error(course):
    with pytest.raises(ConfigError, match="no submission of dropout; expected a folder"):
        Roster(course, Config()).select()


def test_a_submission_has_the_digest_of_its_notebook(ann):
    assert ann.sha256 == SHA256


def test_a_link_has_no_digest(course, submit):
    folder = submit("ann")
    (folder / "dropout.ipynb").rename(folder / "other")
    (folder / "dropout.ipynb").symlink_to(folder / "other")
    assert Roster(course, Config()).select()[0].sha256 == ""


def test_a_fifo_has_no_digest_and_does_not_block(course, submit):
    folder = submit("ann")
    (folder / "dropout.ipynb").unlink()
    os.mkfifo(folder / "dropout.ipynb")
    assert Roster(course, Config()).select()[0].sha256 == ""


def test_a_result_is_read_from_the_graded_folder(ann):
    result = Result("ann/dropout", "graded", 15.0)
    ann.result.write_text(json.dumps(result.to_json()))
    assert ann.read_result() == result


@pytest.mark.parametrize(
    "text", [None, "{", "[]", '{"status": "graded"}'], ids=["none", "cut off", "list", "part"]
)
def test_what_is_not_a_result_is_none(ann, text):
    if text is not None:
        ann.result.write_text(text)
    assert ann.read_result() is None


@pytest.mark.parametrize(
    ("submitted", "graded", "new"),
    [(None, None, False), ("1", "1", False), ("2", "1", True), ("2", None, True)],
)
def test_a_new_timestamp_is_a_new_submission(ann, submitted, graded, new):
    for folder, text in ((ann.notebook.parent, submitted), (ann.graded, graded)):
        if text is not None:
            (folder / "timestamp.txt").write_text(text)
    assert ann.has_new_timestamp() is new


def result_of(notebook=SHA256, checks="c", status="graded"):
    source = {"notebook_sha256": notebook, "checks_sha256": checks}
    return Result("ann/dropout", status, 15.0, extra_data={"provenance": source})


@pytest.mark.parametrize("status", ["graded", "unusable"])
def test_a_result_of_this_notebook_and_these_checks_matches(ann, status):
    assert ann.matches(result_of(status=status), "c")


@pytest.mark.parametrize(
    "result",
    [None, result_of(notebook="other"), result_of(checks="other"), result_of(status="internal_error")],
    ids=["none", "notebook", "checks", "internal error"],
)
def test_another_result_does_not_match(ann, result):
    assert not ann.matches(result, "c")
