"""Points from weights."""

import pytest

from autograder.results import CheckResult
from autograder.scoring import cell_score


def check(status, weight=1):
    return CheckResult("some_property", status, weight)


def test_points_follow_the_weights_passed():
    assert cell_score(15, [check("passed", 3), check("failed", 2)]) == 9


@pytest.mark.parametrize(("statuses", "points"), [(["passed"] * 3, 15), (["failed"] * 3, 0)])
def test_all_or_nothing(statuses, points):
    assert cell_score(15, map(check, statuses)) == points


def test_a_third_of_the_weight_is_a_third_of_the_points():
    assert cell_score(10, [check("passed"), check("failed", 2)]) == pytest.approx(10 / 3)


@pytest.mark.parametrize("checks", [[], [check("passed"), check("error")]], ids=["none", "one-with-an-error"])
def test_no_score_without_verdicts(checks):
    with pytest.raises(ValueError, match="passed or failed"):
        cell_score(15, checks)
