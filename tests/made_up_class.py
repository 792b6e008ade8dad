"""Made-up results of a class."""

from autograder.checking.class_page import ClassRow
from autograder.results import CellResult, CheckResult, Result

PASSED = CheckResult("outputs", "passed", 2, "Outputs.")
SWAPPED = CheckResult("outputs", "failed", 2, "Outputs.", "You take p for dropping.", "keep_and_drop_swapped")


def row(student, *checks, status="graded", output="", accuracy=None):
    """Return a row with one cell of 15 points, which are earned if its checks passed."""
    score = 15.0 * (bool(checks) and all(check.status == "passed" for check in checks))
    cells = () if status == "internal_error" else (CellResult("test_forward", score, 15.0, checks),)
    extra = {"accuracy": accuracy} if accuracy else {}
    return ClassRow(student, Result(f"{student}/exercise", status, 15.0, cells, output, 90.0, extra), 800.0)


CLASS = (
    row("ann", PASSED),
    row("ben", SWAPPED),
    row("cat", SWAPPED),
    row("dan", PASSED),
    row("eve", status="unusable", output="it is empty"),
    row("fay", status="internal_error", output="two workers died"),
)
