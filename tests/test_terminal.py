"""Results in a terminal."""

import io

import pytest
from rich.console import Console

from autograder.feedback import terminal
from autograder.results import CellResult, CheckResult, Result

FAILED = CheckResult("outputs", "failed", about="Outputs.", message="They are swapped.")
GRADED = Result("ann/exercise", "graded", 15.0, (CellResult("test_two_words", 7.5, 15.0, (FAILED,)),))
BROKEN = Result("ben/exercise", "internal_error", 15.0, (), "two workers died")
CLEAR_SCREEN, RIGHT_TO_LEFT, SURROGATE = "\x1b[2J", "\u202e", "\ud800"


def shown(results):
    """Return the lines of the table of some results."""
    file = io.StringIO()
    Console(file=file, width=100).print(terminal.table(results))
    return [line.split() for line in file.getvalue().splitlines() if line.strip()]


def test_a_column_is_headed_by_the_words_of_its_cell():
    assert shown([GRADED])[:2] == [["two"], ["submission", "words", "score", "reason"]]


def test_a_row_has_points_and_a_reason():
    assert shown([GRADED])[-1] == "ann/exercise 7.5 7.5/15 test_two_words: They are swapped.".split()


def test_an_internal_error_has_no_points_in_the_table():
    assert shown([GRADED, BROKEN])[-1] == "ben/exercise - not graded two workers died".split()


def test_details_of_a_graded_submission():
    assert terminal.details(GRADED) == (
        "ann/exercise: graded, 7.5 of 15 points\n\n"
        "test_two_words: 7.5 of 15 points\n✗ Outputs.\n    They are swapped."
    )


def test_details_of_an_internal_error():
    assert terminal.details(BROKEN) == "ben/exercise: internal error\ntwo workers died"


@pytest.mark.parametrize(
    "control", [CLEAR_SCREEN, RIGHT_TO_LEFT, SURROGATE], ids=["escape", "direction", "surrogate"]
)
def test_control_characters_do_not_reach_the_terminal(control):
    result = Result(f"{control}/exercise", "unusable", 15.0, (), f"bad {control}")
    assert control[0] not in terminal.details(result)
    assert control[0] not in " ".join(sum(shown([result]), []))
