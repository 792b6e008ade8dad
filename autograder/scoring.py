"""Points, from the weights of the checks passed."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.results import CheckResult


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
