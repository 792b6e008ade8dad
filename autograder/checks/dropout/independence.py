"""Does each unit have a draw of its own? Bounds that hold whatever the fraction kept is.

Two masks of n units, or two parts of one mask, drawn independently overlap by a hypergeometric count,
given how many each of them keeps. Parts that share draws overlap by more, parts that avoid each other
by less.
"""

from __future__ import annotations

import numpy as np

from autograder.checks.dropout.bounds import ERROR, overlap_is_chance

UNUSUAL = 4  # standard deviations: what is nearer to its mean passes without an exact tail being summed


def dependent(first: np.ndarray, second: np.ndarray, bounds: int = 1) -> bool:
    """Tell whether two boolean arrays of the same size overlap as independent ones do not.

    Parameters
    ----------
    bounds : int
        How many such comparisons share one bound's error.
    """
    overlap = int(np.logical_and(first, second).sum())
    return not overlap_is_chance(first.size, int(first.sum()), int(second.sum()), overlap, ERROR / bounds)


def lines_alike(kept: np.ndarray) -> bool:
    """Tell whether any two rows of a mask overlap as independent rows do not.

    Every pair is compared; they share one bound's error.
    """
    rows = kept.astype(np.int64)
    n, counts = kept.shape[1], rows.sum(axis=1)
    i, j = np.triu_indices(len(kept), k=1)
    a, b, overlap = counts[i], counts[j], (rows @ rows.T)[i, j]
    variance = a * b * (n - a) * (n - b) / (n * n * (n - 1))  # of the hypergeometric distribution
    unusual = np.flatnonzero((overlap - a * b / n) ** 2 > UNUSUAL**2 * variance)
    return any(not overlap_is_chance(n, a[u], b[u], overlap[u], ERROR / len(i)) for u in unusual)


def neighbours_alike(kept: np.ndarray) -> bool:
    """Tell whether neighbours along any axis, or in memory, share more or fewer draws than chance.

    Neighbours are taken in disjoint pairs, so that the pairs are independent: once from the first unit
    on and once from the second.
    """
    views = [np.moveaxis(kept, axis, 0) for axis in range(kept.ndim) if kept.shape[axis] > 1]
    views.append(kept.reshape(-1))  # row by row, as in memory: the end of a row beside the start of the next
    pairs = [(view[start:], len(view) - start) for view in views for start in (0, 1)]
    halves = [(part[: n - n % 2 : 2], part[1 : n - n % 2 + 1 : 2]) for part, n in pairs if n > 1]
    return any(dependent(first, second, bounds=len(halves)) for first, second in halves)


def whole_lines(kept: np.ndarray) -> bool:
    """Tell whether every row is kept or dropped as a whole, and not all of them alike."""
    same = kept.all(axis=1) | ~kept.any(axis=1)
    return bool(same.all()) and 0 < kept[:, 0].sum() < len(kept)


def same_count_in_every_line(kept: np.ndarray) -> bool:
    """Tell whether all rows keep the same number of units.

    The most likely count of C fair draws has a probability below 0.4 / sqrt(C p (1 - p)) + 1 / C, at most
    0.11 for the 100 columns used here, so that 100 rows agree with probability below 0.11**99.
    """
    counts = kept.sum(axis=1)
    return len(counts) > 1 and bool((counts == counts[0]).all())
