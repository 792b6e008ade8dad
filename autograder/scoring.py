"""Points: from the weights of the checks passed, and from a count of right answers."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.results import CheckResult

# The seed's formula: min(floor((X - 32%) / 23%), 1), all points from 55% on and none below.
BASE_PERCENT = 32
SPAN_PERCENT = 23
PASS_PERCENT = BASE_PERCENT + SPAN_PERCENT


def accuracy_score(correct: int, total: int) -> int:
    """Score an accuracy by min(floor((X - 32%) / 23%), 1), never below 0.

    Parameters
    ----------
    correct, total : int
        X is correct / total. Counts, so that no rounding decides at exactly 55%.

    Returns
    -------
    int
        1 from 55% on, 0 below.

    Raises
    ------
    ValueError
        If the counts are not 0 <= correct <= total, total > 0.
    """
    if not 0 <= correct <= total or total == 0:
        raise ValueError(f"{correct} correct of {total}, expected 0 <= correct <= total and total > 0")
    floor = (100 * correct - BASE_PERCENT * total) // (SPAN_PERCENT * total)
    return max(0, min(floor, 1))


def cell_score(points: float, checks: Iterable[CheckResult]) -> float:
    """Return the points times the share of the checks' weight that passed.

    Raises
    ------
    ValueError
        If there is no check, or a check had an error.
    """
    checks = tuple(checks)
    if not checks or any(check.status == "error" for check in checks):
        raise ValueError("a cell's score needs checks that each passed or failed")
    total = sum(check.weight for check in checks)
    passed = sum(check.weight for check in checks if check.status == "passed")
    return points * passed / total
