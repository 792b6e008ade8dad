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


def overlap_is_chance(n: int, first: int, second: int, overlap: int, error: float = ERROR) -> bool:
    """Tell whether two masks of n units, keeping `first` and `second` of them, may share `overlap` by chance.

    Given what each mask keeps, and that its units are exchangeable, the overlap is hypergeometric, whatever
    p is. Each tail may have error / 2, by exact summation.
    """
    log_pmf = _log_hypergeometric(n, first, second)
    threshold = math.log(error / 2)
    below = np.logaddexp.reduce(log_pmf[: overlap + 1])
    return bool(below > threshold and np.logaddexp.reduce(log_pmf[overlap:]) > threshold)


def smallest_correlation(n: int, p: float, error: float = ERROR) -> float:
    """Return the smallest correlation within n pairs of units that is caught with probability CAUGHT.

    The overlap of pairs with correlation r is taken as binomial with rate p**2 + r * p * (1 - p), which
    varies more than it does given how many units are kept.
    """
    kept = round(n * p)
    for percent in range(1, 100):
        r = percent / 100
        log_pmf = _log_binomial(n, p * p + r * p * (1 - p))
        overlap = int(np.argmax(np.logaddexp.accumulate(log_pmf) > math.log(1 - CAUGHT)))
        if overlap * n > kept**2 and not overlap_is_chance(n, kept, kept, min(overlap, kept), error):
            return r
    return 1.0


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
    return _log_chooses(n) + k * math.log(p) + (n - k) * math.log1p(-p)


def _log_hypergeometric(n: int, first: int, second: int) -> np.ndarray:
    """Return log P(K = k) for k from 0 to n, of `second` draws among n units, `first` of them marked."""
    k = np.arange(n + 1)
    log_pmf = np.full(n + 1, -np.inf)
    possible = k[max(0, first + second - n) : min(first, second) + 1]
    marked, unmarked = _log_chooses(first)[possible], _log_chooses(n - first)[second - possible]
    log_pmf[possible] = marked + unmarked - _log_chooses(n)[second]
    return log_pmf


@lru_cache(maxsize=256)
def _log_chooses(n: int) -> np.ndarray:
    """Return log (n choose k) for k from 0 to n."""
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    return log_factorial[n] - log_factorial - log_factorial[::-1]


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
