"""The bounds against direct summation, and their power against simulation."""

import math

import numpy as np
import pytest

from autograder.checks.dropout import bounds


def binomial(n, p, k):
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def hypergeometric(n, marked, draws, k):
    return math.comb(marked, k) * math.comb(n - marked, draws - k) / math.comb(n, draws)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.75])
@pytest.mark.parametrize("n", [10, 60])
def test_kept_counts_are_the_tightest_that_hold(n, p):
    least, greatest = bounds.kept_counts(n, p, error=1e-3)
    below = sum(binomial(n, p, k) for k in range(least))
    above = sum(binomial(n, p, k) for k in range(greatest + 1, n + 1))
    assert below <= 5e-4 < below + binomial(n, p, least)
    assert above <= 5e-4 < above + binomial(n, p, greatest)


def test_kept_counts_of_the_seeds_run():
    least, greatest = bounds.kept_counts(250_000, 0.3)
    assert least < round(250_000 * (1 - 0.700972)) < greatest  # the fraction zeroed in the seed's figures


def test_overlap_limits_are_the_tightest_that_hold():
    n, a, b = 40, 12, 18
    for overlap in range(13):
        tails = [range(overlap + 1), range(overlap, 13)]
        smaller = min(sum(hypergeometric(n, a, b, k) for k in tail) for tail in tails)
        assert bounds.overlap_is_chance(n, a, b, overlap, error=1e-3) == (smaller > 5e-4)


@pytest.mark.parametrize(("first", "second", "overlap"), [(0, 7, 0), (20, 7, 7), (0, 0, 0), (20, 20, 20)])
def test_the_only_possible_overlap_is_chance(first, second, overlap):
    assert bounds.overlap_is_chance(20, first, second, overlap)


def test_fishers_p_value_by_hand():
    # 3 of 3 right here, 1 of 3 there: of the C(6, 3) ways to place them, C(4, 3) put three of four rights here
    assert bounds.exceeds_by_chance(3, 3, 1, 3) == pytest.approx(4 / 20)


@pytest.mark.parametrize(
    ("right", "elsewhere", "beyond"),
    [(600, 5000, False), (640, 5000, True), (1000, 900, True), (550, 4950, False)],
)
def test_beyond_chance_at_one_in_a_million(right, elsewhere, beyond):
    assert (bounds.exceeds_by_chance(right, 1000, elsewhere, 9000) < 1e-6) == beyond


@pytest.mark.parametrize(("right", "total"), [(0, 10), (10, 10), (0, 0)])
def test_no_evidence_where_there_is_nothing_to_compare(right, total):
    assert bounds.exceeds_by_chance(0, 10, right, total) == pytest.approx(1)


def test_wilsons_interval():
    low, high = bounds.wilson(550, 1000)
    assert (round(low, 4), round(high, 4)) == (0.5190, 0.5806)
    assert bounds.wilson(0, 20)[0] == 0
    assert bounds.wilson(20, 20)[1] == 1


@pytest.mark.parametrize("p", [0.3, 0.75])
def test_the_stated_deviation_is_caught(p):
    n, rng = 2000, np.random.default_rng(1)
    d = bounds.smallest_deviation(n, p)
    least, greatest = bounds.kept_counts(n, p)
    kept = rng.binomial(n, p + d, size=20_000)
    assert (
        np.mean((kept < least) | (kept > greatest)) > 0.998
    )  # 0.999 is promised; 20,000 trials err by 0.0003


@pytest.mark.parametrize("p", [0.3, 0.75])
def test_the_stated_correlation_is_caught(p):
    n, rng = 2000, np.random.default_rng(2)
    r = bounds.smallest_correlation(n, p)
    caught = 0
    for _ in range(300):
        first = rng.random(n) < p
        second = np.where(rng.random(n) < r, first, rng.random(n) < p)  # correlation r, by copying
        counts = int(first.sum()), int(second.sum()), int((first & second).sum())
        caught += not bounds.overlap_is_chance(n, *counts)
    assert caught >= 298  # 299.7 are expected
