"""Networks whose masks can be read off their scores: every unit reads exactly one unit of the layer before.

Each unit of a hidden layer feeds many copies of itself in the next one, so that some copy survives in
every row and shows whether its parent did; positive offsets keep the copies above zero, so that "parent
dropped" and "copy dropped" look different; and rows differ, so that batchnorm cannot confuse
them. docs/mask-recovery.md works an example.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.checks.dropout.oracle import forward, num_layers

ROWS = 4  # a batch: 16 patterns of kept rows for each unit; three rows are the least that tell them apart
# What a weight before batchnorm is: so small that EPS shows in the variance (about 1e-4), for
# without EPS batchnorm would forget by what a surviving parent was scaled.
FAINT = 1e-2
CLEAR = 2e-3  # how far from zero every unit is, so that rounding cannot open or shut a ReLU


@dataclass(frozen=True)
class Chain:
    """A repeated-identity network and its input.

    Attributes
    ----------
    X : ndarray, shape (N, D), float64
    params : dict of ndarray, float64
    parents : tuple of ndarray of int
        parents[i][j] is the unit of place i that unit j of place i + 1 reads (see `oracle` on places).
    """

    X: np.ndarray
    params: dict[str, np.ndarray]
    parents: tuple[np.ndarray, ...]

    @property
    def last_hidden(self) -> int:
        return num_layers(self.params) - 1

    @property
    def batchnorm(self) -> bool:
        return "gamma1" in self.params

    def children(self, place: int, unit: int) -> np.ndarray:
        return np.flatnonzero(self.parents[place] == unit)

    def weight(self, place: int) -> float:
        """Return the one weight with which every unit of this place reads its parent."""
        return float(self.params[f"W{place}"][self.parents[place - 1][0], 0])


def repeated_identity(
    rng: np.random.Generator,
    units: int,
    copies: tuple[int, ...],
    batchnorm: bool,
    rows: int = ROWS,
    shut: float = 0.25,
) -> Chain:
    """Draw a chain: `units` inputs, one hidden layer of as many units, then layers of copies.

    Parameters
    ----------
    copies : tuple of int
        How many children a unit of each hidden layer but the last has. A parent goes unseen in a row where
        all its copies are dropped, with probability (1 - p)**copies. Choose copies so that
        units * rows * (1 - p)**copies, summed over these layers, is below 1e-9: an unseen parent has no
        part in that row's scores, but in other rows' through batchnorm, and in the gradients of weights.
    rows : int
        N, at least 3.
    shut : float
        The share of entries of X that are negative, so that the first ReLU shuts.
    """
    sizes = [units, units]
    for count in copies:
        sizes.append(sizes[-1] * count)
    sizes.append(sizes[-1])  # each unit of the last hidden layer has a score to itself
    params: dict[str, np.ndarray] = {}
    parents = []
    L = len(sizes) - 1
    for i in range(1, L + 1):
        parents.append(np.arange(sizes[i]) * sizes[i - 1] // sizes[i])
        params |= _layer(rng, i, parents[-1], sizes[i - 1], batchnorm and i < L)
    while True:
        X = _rows_that_differ(rng, rows, units, shut)
        if np.abs(forward(X, params)[1].before_relu[0]).min() > CLEAR:
            return Chain(X, params, tuple(parents))


def _layer(
    rng: np.random.Generator, i: int, parent: np.ndarray, inputs: int, batchnorm: bool
) -> dict[str, np.ndarray]:
    """Draw one layer: one weight to each unit's parent, and offsets.

    The first hidden layer's units are below zero, and its ReLU shut, in some rows; deeper ones never are.
    """
    H = len(parent)
    W = np.zeros((inputs, H))
    W[parent, np.arange(H)] = FAINT if batchnorm else 1.25  # any number that is neither 1, nor p, nor 1/p
    layer = {f"W{i}": W, f"b{i}": rng.uniform(0.1, 0.3, H) if i == 1 else rng.uniform(0.5, 1.5, H)}
    if batchnorm:
        layer[f"b{i}"] *= FAINT  # takes no part, and must not swallow digits of what does
        # Four normalised rows lie within sqrt(3) = 1.74 of zero: 1.2 * 1.74 < 2.2
        layer[f"gamma{i}"] = rng.uniform(0.8, 1.2, H)
        layer[f"beta{i}"] = rng.uniform(0.2, 0.6, H) if i == 1 else rng.uniform(2.2, 3.0, H)
    return layer


def _rows_that_differ(rng: np.random.Generator, rows: int, units: int, shut: float) -> np.ndarray:
    """Draw X: in every column sizes at least 0.5 / rows apart, in any order, a share of them negative.

    A negative one is below -0.5, so that the first ReLU shuts; no column is all negative.
    """
    steps = np.arange(rows)[:, None] + rng.uniform(0, 0.5, (rows, units))
    sizes = rng.permuted(0.5 + steps / rows, axis=0)
    signs = np.where(rng.random((rows, units)) < shut, -1, 1)
    signs[0, (signs < 0).all(axis=0)] = 1
    return sizes * signs
