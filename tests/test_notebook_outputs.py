"""A Result as nodes of a notebook."""

import math

import pytest
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from autograder.gradebook.notebook_outputs import cell_outputs, summary_cell
from autograder.results import CellResult, CheckResult, Result

FAILED = CheckResult("outputs", "failed", about="Outputs.", message="They are swapped.")


def cell(score):
    return CellResult("test_dropout_forward", score, 15.0, (FAILED,))


def test_both_forms_of_an_output_give_the_reason():
    reasons, _ = cell_outputs(cell(7.5))
    assert all("They are swapped." in text for text in reasons.data.values())


@pytest.mark.parametrize("score", [0.0, 5.0, 10 / 3, 15.0])
def test_nbgrader_reads_the_score(score):
    metadata = {"nbgrader": {"grade": True, "solution": False, "points": 15.0, "grade_id": "x"}}
    graded, points = determine_grade(new_code_cell(outputs=cell_outputs(cell(score)), metadata=metadata))
    assert math.isclose(graded, score)
    assert points == 15.0


def test_the_summary_can_be_found_by_its_id():
    assert summary_cell(Result("ann/dropout", "graded", 15.0, (cell(7.5),))).id == "graded-summary"
