"""Reading masks off the scores of a chain.

A *plan* says, for each place where dropout could stand (see `oracle`), by what survivors are multiplied
there, or None where nothing is dropped. A right answer's plan is 1/p at every hidden layer. Under a plan
the scores show the last hidden layer's survivors; each of these shows what its parent put out in that
row; and a search over the few ways in which the rows of one unit can be dropped explains, from the
input upwards, what the children show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from autograder.checking.values import close
from autograder.checks.dropout.chains import Chain
from autograder.checks.dropout.oracle import EPS, Trace, forward

Plan = Sequence[float | None]

# Tells patterns apart, and decides nothing: scores are compared exactly afterwards. Two patterns
# differ by more than 1e-2, a mask in float32 shifts what a child shows by less than 1e-6.
SAME = 1e-4
DROPPED = 1e-5  # a survivor is at least chains.CLEAR; a dropped unit is 0, or 1e-7 after rounding in float32


@dataclass(frozen=True)
class Recovered:
    """A plan that explains the scores exactly, and the oracle's forward pass with its masks."""

    plan: Plan
    trace: Trace


def right_plan(chain: Chain, p: float) -> Plan:
    """Return the plan of a right answer: dropout after every hidden layer, once, scaled by 1/p."""
    return [None] + [1 / p if p < 1 else None] * chain.last_hidden + [None]


def recover(chain: Chain, scores: np.ndarray, plan: Plan) -> Recovered | None:
    """Find the masks under which a plan gives exactly these scores.

    Returns
    -------
    Recovered or None
        None where no masks do.
    """
    with np.errstate(all="ignore"):  # a wrong plan, or wild scores, may divide or overflow on the way
        masks = _Search(chain, scores, plan).masks()
    if masks is None:
        return None
    multipliers = [None if scale is None else mask * scale for scale, mask in zip(plan, masks, strict=True)]
    expected, trace = forward(chain.X, chain.params, multipliers)
    found = Recovered(plan, trace)
    return found if close(scores, expected) and _drops_and_keeps(found) else None


def _drops_and_keeps(found: Recovered) -> bool:
    """Tell whether the last hidden layer and the scores show both kept and dropped units, where they drop.

    All-zero masks would explain any network that ignores its input. The 80 units and more that a last
    hidden layer shows are all dropped at p = 0.3 with probability 4e-13, all kept at p = 0.75 with 1e-10;
    other places may be too small to tell.
    """
    hidden, scores = found.trace.multipliers[-2:]
    kept = [] if hidden is None else [hidden[found.trace.before_relu[-1] > 0] != 0]
    kept += [] if scores is None else [scores != 0]
    return all(mask.any() and not mask.all() for mask in kept)


class _Search:
    """The masks of one chain, from its scores, under one plan."""

    def __init__(self, chain: Chain, scores: np.ndarray, plan: Plan):
        self._chain = chain
        self._plan = plan
        self._rows = len(chain.X)
        self._survivors = self._last_survivors(scores)
        self._shown = self._what_parents_show()

    def masks(self) -> list[np.ndarray] | None:
        """Return a mask for each place, None where the search finds none."""
        chain, K = self._chain, self._chain.last_hidden
        masks = [np.ones((self._rows, units), bool) for units in (chain.X.shape[1], *map(len, chain.parents))]
        for unit in range(chain.X.shape[1]):
            found = self._explain(0, unit, chain.X[:, unit])
            if found is None:
                return None
            for (place, u), kept in found.items():
                masks[place][:, u] = kept
        if self._plan[K] is not None:
            masks[K] = self._survivors > 0
        masks[-1] = ~self._hidden_scores
        return masks

    def _last_survivors(self, scores: np.ndarray) -> np.ndarray:
        """Return the last hidden layer's output before scaling, (N, H); 0 where dropped or not to be seen."""
        L = self._chain.last_hidden + 1
        scale = self._plan[L]
        self._hidden_scores = (scores == 0) if scale is not None else np.zeros(scores.shape, bool)
        h = (scores / (scale or 1.0) - self._chain.params[f"b{L}"]) / self._chain.weight(L)
        h = np.where(self._hidden_scores | (np.abs(h) < DROPPED), 0.0, h)
        return h / (self._plan[L - 1] or 1.0)

    def _what_parents_show(self) -> np.ndarray:
        """Return what the surviving children of each unit below the last hidden layer were given, (N, units).

        That is the unit's output, with batchnorm normalised over the rows; NaN where no child survived.
        """
        params, K = self._chain.params, self._chain.last_hidden
        if self._chain.batchnorm:
            given = (self._survivors - params[f"beta{K}"]) / params[f"gamma{K}"]
        else:
            given = (self._survivors - params[f"b{K}"]) / self._chain.weight(K)
        parent = self._chain.parents[K - 1]
        shown = np.full((self._rows, parent.max() + 1), np.nan)
        for row, child in zip(*np.nonzero(self._survivors > 0), strict=True):
            shown[row, parent[child]] = given[row, child]
        return shown

    def _explain(self, place: int, unit: int, before: np.ndarray) -> dict[tuple[int, int], np.ndarray] | None:
        """Find which rows of a unit were kept, and of all units that descend from it.

        Parameters
        ----------
        before : ndarray, shape (N,)
            The unit's output before dropout.
        """
        scale = self._plan[place]
        patterns = _patterns(self._rows) if scale is not None else np.ones((1, self._rows), bool)
        outputs = patterns * before * (scale or 1.0)  # (patterns, N)
        if place == self._chain.last_hidden - 1:
            error = self._misfit(unit, outputs)
            best = int(np.argmin(error))
            return {(place, unit): patterns[best]} if error[best] < SAME else None
        for kept, output in zip(patterns, outputs, strict=True):
            found = self._explain_children(place, unit, output)
            if found is not None:
                return found | {(place, unit): kept}
        return None

    def _explain_children(
        self, place: int, unit: int, output: np.ndarray
    ) -> dict[tuple[int, int], np.ndarray] | None:
        found: dict[tuple[int, int], np.ndarray] = {}
        for child in self._chain.children(place, unit):
            before = self._activation(place + 1, child, output)
            more = self._explain(place + 1, child, before)
            if more is None:
                return None
            found |= more
        return found

    def _activation(self, place: int, unit: int, parents_output: np.ndarray) -> np.ndarray:
        """Return a unit's output before dropout, (N,), from its parent's output, (N,)."""
        params = self._chain.params
        if self._chain.batchnorm:
            normal = _normalise(parents_output[None] * self._chain.weight(place))[0]
            return np.maximum(params[f"gamma{place}"][unit] * normal + params[f"beta{place}"][unit], 0)
        return np.maximum(parents_output * self._chain.weight(place) + params[f"b{place}"][unit], 0)

    def _misfit(self, unit: int, outputs: np.ndarray) -> np.ndarray:
        """Return how far each candidate (patterns, N) is from what the unit's children show."""
        if self._chain.batchnorm:
            outputs = _normalise(outputs * self._chain.weight(self._chain.last_hidden))
        shown = self._shown[:, unit]
        return np.where(np.isnan(shown), 0.0, np.abs(outputs - shown)).max(axis=1)


def _patterns(rows: int) -> np.ndarray:
    """Return all 2**rows ways to keep and drop, the one that keeps all first."""
    return np.array(list(product([True, False], repeat=rows)))


def _normalise(columns: np.ndarray) -> np.ndarray:
    """Normalise each candidate, (patterns, N), over its rows, as batchnorm does."""
    mean = columns.mean(axis=1, keepdims=True)
    return (columns - mean) / np.sqrt(columns.var(axis=1, keepdims=True) + EPS)


def before_batchnorm(chain: Chain, scores: np.ndarray, p: float) -> bool:
    """Tell whether one hidden layer's scores are those of dropout standing before batchnorm."""
    if not chain.batchnorm or chain.last_hidden != 1:
        return False
    params, patterns = chain.params, _patterns(len(chain.X))
    a = chain.X @ params["W1"] + params["b1"]
    hidden = (scores - params["b2"]) / chain.weight(2)
    for unit in range(a.shape[1]):
        normal = _normalise(patterns * a[:, unit] / p)
        candidates = np.maximum(params["gamma1"][unit] * normal + params["beta1"][unit], 0)
        if not (np.abs(candidates - hidden[:, unit]).max(axis=1) < SAME).any():
            return False
    return True
