"""A notebook's cells run in order in the real sandbox, and again after a kernel has died."""

import dataclasses

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import SubmissionError
from autograder.grading.draws import Draws
from autograder.grading.notebook_run import NotebookRun
from autograder.grading.options import GradingOptions
from autograder.kernel.codec import Ref
from autograder.limits import Limits
from autograder.submission.submission import Submission

pytestmark = pytest.mark.kernel

TEST = "test_dropout_forward"
DIE = "import os; os._exit(3)"


def graded(source="raise SystemExit"):
    metadata = {"nbgrader": {"grade_id": TEST, "grade": True, "solution": False}}
    return new_code_cell(source, metadata=metadata)


@pytest.fixture
def run_of(course):
    """Return a function that makes a run of a notebook with these cells."""

    def build(*cells, only=(), **limits):
        cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        submission = Submission("dropout.ipynb", new_notebook(cells=cells))
        limited = dataclasses.replace(course, limits=Limits(threads=1, **limits))
        return NotebookRun(submission, GradingOptions(limited, only=only), Draws(7919))

    return build


def value(student, name):
    return student.read(Ref(name), "value")


def require_undefined(student, name):
    with pytest.raises(SubmissionError, match=f"{name} is not defined"):
        value(student, name)


def test_the_cells_before_a_test_cell_are_run(run_of):
    with run_of("a = 1", "b = a + 1", graded(), "c = 3") as run:
        student = run.student_at(TEST)
        assert value(student, "b") == 2
        require_undefined(student, "c")


def test_each_cell_is_run_once(run_of):
    with run_of("a = 0", "a += 1", graded()) as run:
        run.student_at(TEST)
        assert value(run.student_at(TEST), "a") == 1


def test_test_cells_are_not_run(run_of):
    other = new_code_cell(
        "a = 1", metadata={"nbgrader": {"grade_id": "other", "grade": True, "solution": False}}
    )
    with run_of(other, graded()) as run:
        require_undefined(run.student_at(TEST), "a")


def test_a_cell_that_serves_a_cell_not_graded_is_not_run(run_of):
    other = new_code_cell("a = 1", metadata={"tags": ["for-test_accuracy"]})
    with run_of(other, graded(), only=(TEST,)) as run:
        require_undefined(run.student_at(TEST), "a")


def test_cells_keep_their_outputs(run_of):
    cell = new_code_cell("print(6 * 7)")
    with run_of(cell, graded()) as run:
        run.student_at(TEST)
    assert cell.outputs[0].text == "42\n"


def test_a_cell_with_an_error_is_named(run_of):
    with run_of("1 / 0", graded()) as run:
        run.student_at(TEST)
        assert run.cell_errors == ["cell 1: the cell stopped with an error"]


def test_after_a_death_in_a_call_the_cells_are_run_again(run_of):
    with run_of("a = 1\ndef die():\n    import os; os._exit(3)", graded()) as run:
        student = run.student_at(TEST)
        with pytest.raises(SubmissionError, match="died with exit code 3"):
            student.call("die")
        assert value(run.student_at(TEST), "a") == 1


def test_a_cell_that_kills_its_kernel_is_left_out_the_next_time(run_of):
    with run_of("a = 1", DIE, "b = 2", graded()) as run:
        student = run.student_at(TEST)
        assert (value(student, "a"), value(student, "b")) == (1, 2)


def test_a_cell_that_is_run_again_is_named_once(run_of):
    with run_of("1 / 0", DIE, graded()) as run:
        run.student_at(TEST)
        assert run.cell_errors == [
            "cell 1: the cell stopped with an error",
            "cell 2: the kernel died with exit code 3",
        ]


def test_every_cell_may_kill_a_kernel(run_of):
    with run_of(*[DIE] * 3, "a = 1", graded()) as run:
        assert value(run.student_at(TEST), "a") == 1


def test_no_cell_is_run_after_the_submissions_time(run_of):
    with run_of("a = 1", graded(), submission=0) as run, pytest.raises(SubmissionError) as caught:
        run.student_at(TEST)
    assert caught.value.kind == "timeout"


def test_functions_that_change_an_argument_are_named(run_of):
    source = "def double(x):\n    x *= 2\n    return x"
    with run_of(source, graded()) as run:
        run.student_at(TEST).call("double", np.ones(3))
        assert run.changed == ["double"]
