"""Recognising mistakes of FullyConnectedNet.backward by its gradients.

As in `recognise_layer`, these names are given to verdicts that have fallen already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from autograder.checks.dropout.gradients import Expected, Grads
from autograder.checks.dropout.oracle import Multipliers, Trace, backward


def name_gradients(expected: Expected, found: Grads) -> str | None:
    """Name the mistake behind gradients that do not match the oracle's."""
    for name, candidate in _candidates(expected.dscores, expected.trace):
        if expected.matches(found, candidate):
            return name
    return _by_one_factor(expected, found)


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


def _by_one_factor(expected: Expected, found: Grads) -> str | None:
    names = [name for name in found if name not in expected.skip]
    largest = max(names, key=lambda name: float(np.abs(expected.grads[name]).max()))
    size = float((expected.grads[largest] ** 2).sum())
    factor = float((found[largest] * expected.grads[largest]).sum()) / size if size else 0.0
    scaled = {name: factor * value for name, value in expected.grads.items()}
    return "gradients_scaled" if abs(factor) > 1e-9 and expected.matches(found, scaled) else None
