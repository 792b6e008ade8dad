"""Recognising mistakes of FullyConnectedNet by its scores and gradients.

As in `recognise_layer`, these names are given to verdicts that have fallen already. A plan that is not a
right answer's may explain the scores exactly: then that is what the network does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from autograder.checks.dropout.chains import Chain
from autograder.checks.dropout.recovery import Plan, Recovered, before_batchnorm, recover
from autograder.checks.dropout.values import close
from autograder.oracle import Multipliers, Params, Trace, backward, forward, num_layers

Grads = Mapping[str, np.ndarray]


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


def _plain(params: Params) -> Params:
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


def gradients_match(found: Grads, expected: Grads, skip: frozenset[str] = frozenset()) -> bool:
    """Tell whether every gradient found is within 1e-6 of its layer's largest entry.

    The layer's (the last character of a name; there are fewer than ten), since under batchnorm the gradient
    of a hidden bias is zero but for rounding.
    """
    sizes: dict[str, float] = {}
    for name, value in expected.items():
        sizes[name[-1]] = max(sizes.get(name[-1], 0.0), float(np.abs(value).max()))
    names = [name for name in found if name not in skip]
    return all(close(found[name], expected[name], sizes[name[-1]]) for name in names)


def name_gradients(
    dscores: np.ndarray, trace: Trace, found: Grads, skip: frozenset[str] = frozenset()
) -> str | None:
    """Name the mistake behind gradients that do not match the oracle's."""
    for name, candidate in _candidates(dscores, trace):
        if gradients_match(found, candidate, skip):
            return name
    return _by_one_factor(found, backward(dscores, trace), skip)


def _candidates(dscores: np.ndarray, trace: Trace) -> Iterator[tuple[str, Grads]]:
    """Yield the gradients that known mistakes give."""
    multipliers = list(trace.multipliers)
    hidden = [i for i in range(1, len(multipliers) - 1) if multipliers[i] is not None]
    if hidden:
        for name, change in _MASKS:
            yield name, backward(dscores, trace, [change(m) for m in multipliers])
        for n in range(1, len(hidden)):
            for left_out in combinations(hidden, n):
                kept = [None if i in left_out else m for i, m in enumerate(multipliers)]
                yield "backward_skips_some_layers", backward(dscores, trace, kept)
        for other in _permuted(multipliers, hidden):
            yield "wrong_layers_cache", backward(dscores, trace, other)
    always = [np.ones_like(a) for a in trace.before_relu]
    yield "relu_backward_missing", backward(dscores, replace(trace, before_relu=always))
    if trace.norms:
        right = backward(dscores, trace)
        exchange = {"gamma": "beta", "beta": "gamma"}
        yield (
            "gamma_and_beta_swapped",
            {name: right[exchange.get(name[:-1], name[:-1]) + name[-1]] for name in right},
        )
        yield "batchnorm_backward_missing", _without_batchnorm(dscores, trace)


_MASKS: tuple[tuple[str, Callable[[np.ndarray | None], np.ndarray | None]], ...] = (
    ("backward_without_dropout", lambda m: None),
    ("network_backward_unscaled", lambda m: None if m is None else (m != 0).astype(float)),
    ("dropout_backward_twice", lambda m: None if m is None else m * m),
)


def _permuted(multipliers: Multipliers, hidden: list[int]) -> Iterator[Multipliers]:
    """Yield the multipliers with some hidden layers' masks in other layers' places, where they fit."""
    first, last = multipliers[hidden[0]], multipliers[hidden[-1]]
    for masks in ([multipliers[i] for i in reversed(hidden)], [last] * len(hidden), [first] * len(hidden)):
        other = list(multipliers)
        for i, mask in zip(hidden, masks, strict=True):
            other[i] = mask
        if all(a is None or b is None or a.shape == b.shape for a, b in zip(other, multipliers, strict=True)):
            yield other


def _without_batchnorm(dscores: np.ndarray, trace: Trace) -> Grads:
    """Return the gradients where dx skips batchnorm on the way back, with gamma's and beta's as they are."""
    grads = backward(dscores, trace)
    return grads | backward(dscores, replace(trace, norms=[]))


def _by_one_factor(found: Grads, expected: Grads, skip: frozenset[str]) -> str | None:
    names = [name for name in found if name not in skip]
    largest = max(names, key=lambda name: float(np.abs(expected[name]).max()))
    size = float((expected[largest] ** 2).sum())
    factor = float((found[largest] * expected[largest]).sum()) / size if size else 0.0
    scaled = {name: factor * expected[name] for name in expected}
    return "gradients_scaled" if abs(factor) > 1e-9 and gradients_match(found, scaled, skip) else None
