"""Exact bounds on random counts, from sums of logarithms.

Every bound is for a right answer: it fails one with probability below `ERROR`. No check uses more
than 50 of them, so that no check fails a right answer by chance once in 10**9 gradings.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

ERROR = 1e-11  # the probability that one bound fails a right answer: 1e-9 a check, over 100
CAUGHT = 0.999  # the power that a "smallest deviation" is stated for
Z95 = 1.96  # the normal quantile of a 95% interval


@lru_cache(maxsize=64)
def kept_counts(n: int, p: float, error: float = ERROR) -> tuple[int, int]:
    """Return the least and the greatest count of kept units that n fair draws are allowed.

    The binomial tails outside have at most error / 2 each, by exact summation.
    """
    log_pmf = _log_binomial(n, p)
    below = np.logaddexp.accumulate(log_pmf)  # log P(K <= k)
    above = np.logaddexp.accumulate(log_pmf[::-1])[::-1]  # log P(K >= k)
    threshold = math.log(error / 2)
    return int(np.argmax(below > threshold)), int(n - np.argmax(above[::-1] > threshold))


def smallest_deviation(n: int, p: float, error: float = ERROR) -> float:
    """Return the smallest change of the kept fraction, up or down, that is caught with probability CAUGHT."""
    least, greatest = kept_counts(n, p, error)
    step = 1 / (20 * math.sqrt(n))  # a tenth of a standard deviation, or less
    for steps in range(1, int(1 / step)):
        d = steps * step
        if all(_outside(n, q, least, greatest) >= CAUGHT for q in (p - d, p + d) if 0 < q < 1):
            return d
    return 1.0


def _outside(n: int, p: float, least: int, greatest: int) -> float:
    return 1 - float(np.exp(_log_binomial(n, p)[least : greatest + 1]).sum())


def overlap_margin(n: int, first: np.ndarray, second: np.ndarray, error: float = ERROR) -> np.ndarray:
    """Return by how much two independent masks' overlap may stray from its mean.

    Given that masks of n units keep `first` and `second` of them, and that the units are exchangeable,
    the overlap is hypergeometric with mean first * second / n, whatever p is. Hoeffding's bound for m
    draws without replacement, P(|overlap - mean| >= t) <= 2 exp(-2 t**2 / m), holds for m the
    count kept or dropped by either mask, since each of the four determines the others.
    """
    m = np.minimum(np.minimum(first, n - first), np.minimum(second, n - second))
    return np.sqrt(m * math.log(2 / error) / 2)


def smallest_correlation(n: int, p: float, error: float = ERROR) -> float:
    """Return the smallest correlation of n pairs of units that their overlap shows with probability CAUGHT.

    The overlap's mean moves by correlation * n * p * (1 - p); its deviation is at most that of
    independent pairs with the same chance of agreeing, below sqrt(n) / 2.
    """
    margin = float(overlap_margin(n, np.float64(n * p), np.float64(n * p), error))
    reserve = math.sqrt(n * math.log(1 / (1 - CAUGHT)) / 2)  # Hoeffding again, one-sided
    return (margin + reserve) / (n * p * (1 - p))


def exceeds_by_chance(right: int, total: int, right_elsewhere: int, total_elsewhere: int) -> float:
    """Return the one-sided p-value of `right` of `total` being better than the counts elsewhere.

    Fisher's exact test: if both rates are the same, then, given how many are right altogether, how
    many of them fall into the first group is hypergeometric.
    """
    rights, everything = right + right_elsewhere, total + total_elsewhere
    log_all = _log_choose(everything, total)
    most = min(rights, total)
    terms = [
        _log_choose(rights, k) + _log_choose(everything - rights, total - k) - log_all
        for k in range(right, most + 1)
        if total - k <= everything - rights
    ]
    top = max(terms)
    return min(1.0, math.exp(top) * sum(math.exp(term - top) for term in terms))


def wilson(right: int, total: int) -> tuple[float, float]:
    """Return the 95% interval of a rate (Wilson 1927), which is sound near 0 and 1 too."""
    rate, z = right / total, Z95
    middle = (rate + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(rate * (1 - rate) / total + (z / (2 * total)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _log_binomial(n: int, p: float) -> np.ndarray:
    """Return log P(K = k) for k from 0 to n."""
    k = np.arange(n + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    choose = log_factorial[n] - log_factorial - log_factorial[::-1]
    return choose + k * math.log(p) + (n - k) * math.log1p(-p)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
