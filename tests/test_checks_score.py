"""The formula for the points of an accuracy, on counts."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.dropout.score import accuracy_score


@pytest.mark.parametrize(
    ("correct", "total", "score"),
    [
        (550, 1000, 1),
        (549, 1000, 0),
        (551, 1000, 1),
        (1000, 1000, 1),  # the floor is 2 there, and at most 1 counts
        (320, 1000, 0),
        (319, 1000, 0),  # the floor is -1 there
        (0, 1000, 0),
        (11, 20, 1),
        (4950, 9000, 1),
        (4949, 9000, 0),
    ],
)
def test_all_points_from_55_percent_on_and_none_below(correct, total, score):
    assert accuracy_score(correct, total) == score


@settings(deadline=None)
@given(st.integers(1, 20_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_formula_in_exact_arithmetic(counts):
    correct, total = counts
    X = Fraction(correct, total)
    assert accuracy_score(correct, total) == max(
        0, min(math.floor((X - Fraction(32, 100)) / Fraction(23, 100)), 1)
    )


@pytest.mark.parametrize(("correct", "total"), [(-1, 10), (11, 10), (0, 0), (1, 0), (0, -1)])
def test_impossible_counts_are_refused(correct, total):
    with pytest.raises(ValueError, match="expected 0 <= correct <= total"):
        accuracy_score(correct, total)
