"""Every file in tests/submissions gets its verdict from the grader, in the real sandbox."""

import dataclasses

import nbformat
import pytest
from answers import FUNCTION_CELLS, answers

from autograder.demo.answering import answered
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

pytestmark = [pytest.mark.kernel, pytest.mark.independent]


@pytest.fixture(scope="session")
def functions_only(released):
    """The released notebook with imports and answers only; figures and tables take time."""
    template = nbformat.from_dict(released)
    template.cells = [cell for cell in template.cells if keeps(cell)]
    for cell in template.cells:
        cell.source = cell.source.replace("import matplotlib.pyplot as plt\n", "")
    return template


def keeps(cell):
    return (
        "nbgrader" in cell.metadata
        or cell.cell_type == "markdown"
        or cell.source.startswith(("import", "from"))
    )


@pytest.fixture
def failures(course, reference, tmp_path):
    """Return a function that grades an answer and returns the checks that it failed, each with its misconception."""

    def run(answer, template, data, cells):
        path = tmp_path / "dropout.ipynb"
        nbformat.write(answered(template, reference | answer.cells), path)
        limits = dataclasses.replace(course.limits, threads=1)
        result = grade(path, GradingOptions(dataclasses.replace(course, limits=limits), data, cells))
        assert result.status == "graded", result.output
        return {
            (cell.name, check.id): check.misconception
            for cell in result.tests
            for check in cell.checks
            if check.status != "passed"
        }

    return run


@pytest.mark.parametrize("answer", answers(), ids=lambda answer: answer.id)
def test_verdict_on_functions(answer, failures, functions_only):
    assert failures(answer, functions_only, None, FUNCTION_CELLS) == answer.fails


@pytest.mark.parametrize("answer", answers(trains=True), ids=lambda answer: answer.id)
def test_verdict_on_training(answer, failures, released, generated):
    assert failures(answer, released, generated, ("test_accuracy",)) == answer.fails
