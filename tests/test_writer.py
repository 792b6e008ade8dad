"""The one writer to nbgrader's gradebook: finished results through nbgrader's own converter."""

import json

import nbformat
import pytest
from classes import REFERENCE, copy_course, gradebook, make_course, results, submit
from sqlalchemy.engine import make_url

from autograder.course import Course, read_config
from autograder.errors import ConfigError
from autograder.gradebook.writer import SQLITE_TIMEOUT_S, GradebookWriter, NotRecordedError, with_timeout
from autograder.grading.batch import Graded
from autograder.results import CellResult, Result
from autograder.submission.submission import Submission

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    """A small course with one submission, not graded."""
    folder = make_course(tmp_path_factory.mktemp("class") / "course")
    submit(folder, "ann", REFERENCE)
    return folder


@pytest.fixture
def folder(submitted, tmp_path):
    """A copy of the course that a test may change."""
    return copy_course(submitted, tmp_path / "course")


@pytest.fixture
def graded(folder):
    """A result that a worker sent, as it is read from a journal: of JSON's own types."""
    course = Course.load("dropout", folder)
    submission = Submission.read(folder / "submitted/ann/dropout/dropout.ipynb", course)
    printed = nbformat.v4.new_output("stream", name="stdout", text="printed")
    next(cell for cell in submission.notebook.cells if cell.id == "numpy").outputs = [printed]
    cell = CellResult("test_dropout_forward", 7.5, 15.0)
    return Graded(Result("ann/dropout", "graded", 15.0, (cell,)), json.loads(json.dumps(submission.notebook)))


@pytest.fixture
def writer(folder):
    return GradebookWriter(folder, "dropout", read_config(folder))


def test_a_result_is_in_the_gradebook(folder, graded, writer):
    writer.record("ann", graded)
    assert ("ann", "test_dropout_forward", 7.5, None, False) in gradebook(folder)


def test_a_result_is_beside_the_notebook(folder, graded, writer):
    writer.record("ann", graded)
    assert results(folder)["ann"]["score"] == 7.5


def test_the_notebook_keeps_what_the_student_s_cells_printed(folder, graded, writer):
    writer.record("ann", graded)
    cells = nbformat.read(folder / "autograded/ann/dropout/dropout.ipynb", as_version=4).cells
    assert [cell.outputs[0].text for cell in cells if cell.id == "numpy"] == ["printed"]


def test_the_notebook_is_the_graded_one_whatever_the_file_holds_by_now(folder, graded, writer):
    submit(folder, "ann", b"{")
    writer.record("ann", graded)
    assert REFERENCE in (
        cell.source
        for cell in nbformat.read(folder / "autograded/ann/dropout/dropout.ipynb", as_version=4).cells
    )


def test_a_time_of_submission_that_is_none_is_refused_with_nbgrader_s_words(folder, graded, writer):
    (folder / "submitted/ann/dropout/timestamp.txt").write_text("soon")
    with pytest.raises(NotRecordedError, match="soon"):
        writer.record("ann", graded)


def test_a_time_of_submission_that_is_a_folder_is_refused(folder, graded, writer):
    (folder / "submitted/ann/dropout/timestamp.txt").mkdir()
    with pytest.raises(NotRecordedError, match="is not a regular file"):
        writer.record("ann", graded)


def test_a_pipeline_without_our_step_is_refused(folder, graded):
    config = read_config(folder)
    config.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.SaveAutoGrades"]
    writer = GradebookWriter(folder, "dropout", config)
    with pytest.raises(
        ConfigError, match=r"needs the step autograder.gradebook.preprocessors.GradeInSandbox"
    ):
        writer.record("ann", graded)


def test_sqlite_waits_for_other_commands():
    assert make_url(with_timeout("sqlite:////course/gradebook.db")).query == {
        "timeout": str(SQLITE_TIMEOUT_S)
    }


@pytest.mark.parametrize(
    "url", ["sqlite:////course/gradebook.db?timeout=5", "postgresql+psycopg://a:b@host/db"]
)
def test_other_addresses_stay_as_they_are(url):
    assert with_timeout(url) == url
