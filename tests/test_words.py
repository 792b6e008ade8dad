"""The words for results."""

from typing import get_args

import pytest

from autograder.checking.class_page import FindingKind
from autograder.feedback import words
from autograder.results import CellResult, CheckResult, CheckStatus, Result, Status

FAILED = CheckResult("outputs", "failed", about="Outputs.", message="They are swapped.")
SILENT = CheckResult("shape", "failed", about="The shape is kept.")


def result(*checks, status="graded", output=""):
    return Result(
        "ann", status, 15.0, (CellResult("test_forward", 7.5, 15.0, checks, notes=("A note.",)),), output
    )


@pytest.mark.parametrize(
    ("mapped", "known"),
    [
        (words.STATUS_WORDS, get_args(Status)),
        (words.CHECK_MARKS, get_args(CheckStatus)),
        (words.FINDING_WORDS, tuple(FindingKind)),
    ],
    ids=["status", "check", "finding"],
)
def test_every_value_has_a_word(mapped, known):
    assert set(mapped) == set(known)


@pytest.mark.parametrize(
    ("value", "text"), [(15.0, "15"), (7.5, "7.5"), (10 / 3, "3.33"), (0.0, "0"), (100.0, "100")]
)
def test_points_have_two_decimals_at_most(value, text):
    assert words.points(value) == text


def test_statuses_are_counted_in_words():
    results = [result(status="internal_error"), result(), result()]
    assert words.count_statuses(results) == "2 graded, 1 internal error"


@pytest.mark.parametrize(
    ("unchanged", "text"),
    [
        (0, "2 submissions: 2 graded."),
        (1, "2 submissions: 2 graded; 1 were unchanged since they were graded."),
    ],
)
def test_a_class_in_one_line(unchanged, text):
    assert words.class_summary([result(), result()], unchanged) == text


def test_a_cell_in_plain_text():
    (cell,) = result(FAILED).tests
    assert words.cell_text(cell) == "7.5 of 15 points\nA note.\n✗ Outputs.\n    They are swapped."


@pytest.mark.parametrize(
    ("graded", "reason"),
    [
        (result(), ""),
        (result(FAILED, SILENT), "test_forward: They are swapped."),
        (result(SILENT), "test_forward: The shape is kept."),
        (result(status="unusable", output="It is empty.\nMore."), "It is empty."),
        (result(status="internal_error"), "internal error"),
    ],
    ids=["none", "message", "about", "unusable", "status"],
)
def test_the_first_reason(graded, reason):
    assert words.first_reason(graded) == reason
