"""Recognising mistakes of FullyConnectedNet by its scores.

As in `recognise_layer`, these names are given to verdicts that have fallen already. A plan that is not a
right answer's may explain the scores exactly: then that is what the network does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from autograder.checking.values import close
from autograder.checks.dropout.chains import Chain
from autograder.checks.dropout.oracle import Params, forward, num_layers
from autograder.checks.dropout.recovery import Plan, Recovered, before_batchnorm, recover


def explain(chain: Chain, scores: np.ndarray, p: float) -> Recovered | None:
    """Find a plan, right or wrong, that explains the scores exactly; the right one is tried first."""
    for plan in plans(chain.last_hidden, p):
        found = recover(chain, scores, plan)
        if found is not None:
            return found
    return None


def plans(hidden: int, p: float) -> Iterator[Plan]:
    """Yield plans in the order in which people come upon them."""
    places = range(hidden + 2)
    every = tuple(range(1, hidden + 1))
    others = [s for n in range(1, hidden + 3) for s in combinations(places, n) if s != every]
    tried = [(1 / p, every), (1 / p, ()), *((scale, every) for scale in _scales(p))]
    for scale, subset in [*tried, *((1 / p, subset) for subset in others)]:
        yield [scale if place in subset else None for place in places]


def _scales(p: float) -> dict[float, str]:
    """Return the factors that people give survivors by mistake, and the names of these mistakes."""
    names = {
        1.0: "network_unscaled",
        1 / (1 - p): "network_swapped",
        1 / p**2: "dropout_twice",
        p: "scaled_by_p",
    }
    return {scale: name for scale, name in {2.0: "network_ignores_p", **names}.items() if scale != 1 / p}


def name_plan(plan: Plan, p: float) -> str | None:
    """Name the mistake that a plan is."""
    hidden, scales = plan[1:-1], {scale for scale in plan if scale is not None}
    if plan[-1] is not None:
        return "dropout_on_the_scores"
    if plan[0] is not None:
        return "dropout_on_the_input"
    if not scales:
        return "network_without_dropout"
    if any(scale is None for scale in hidden):
        return "some_layers_only"
    return _scales(p).get(scales.pop())


def name_scores(chain: Chain, scores: np.ndarray, p: float) -> str | None:
    """Name the mistake behind scores that no right answer gives."""
    if before_batchnorm(chain, scores, p):
        return "dropout_before_batchnorm"
    found = explain(chain, scores, p)
    if found is not None:
        return name_plan(found.plan, p)
    if chain.batchnorm and explain(replace(chain, params=_plain(chain.params)), scores, p):
        return "batchnorm_missing"
    return name_plain_scores(chain.X, chain.params, scores)


def name_plain_scores(X: np.ndarray, params: Params, scores: np.ndarray) -> str | None:
    """Name the mistake behind scores of a network in which nothing is dropped."""
    expected, trace = forward(X, params)
    if close(scores, np.maximum(expected, 0)):
        return "relu_on_the_scores"
    if close(scores.sum(axis=1), np.ones(len(scores))) and scores.min() >= 0:
        return "softmax_on_the_scores"
    if trace.norms and close(scores, forward(X, _plain(params))[0]):
        return "batchnorm_missing"
    return "relu_missing" if close(scores, _without_relu(X, params)) else None


def _plain(params: Params) -> dict[str, np.ndarray]:
    """Return the parameters without batchnorm's."""
    return {name: value for name, value in params.items() if name[0] == "W" or name[1].isdigit()}


def _without_relu(X: np.ndarray, params: Params) -> np.ndarray:
    L = num_layers(params)
    h = X
    for i in range(1, L + 1):
        h = h @ params[f"W{i}"] + params[f"b{i}"]
        if f"gamma{i}" in params:
            x_hat = (h - h.mean(axis=0)) / np.sqrt(h.var(axis=0) + 1e-5)
            h = params[f"gamma{i}"] * x_hat + params[f"beta{i}"]
    return h
