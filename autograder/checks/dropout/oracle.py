"""The reference network in float64: forward and backward with the masks given, and no student code.

A network of L affine layers has L + 1 places where dropout could stand: place 0 is the input, places
1 to L - 1 are the hidden layers (after their ReLU), place L is the scores. The `multipliers` of a
network say what happened there: for each place an array to multiply by (0 where a unit was
dropped, 1/p where it was kept) or None where nothing was dropped. A right answer has None
at both ends; wrong ones can be followed too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

EPS = 1e-5  # what the course's batchnorm_forward adds to the variance

Params = Mapping[str, np.ndarray]
Multipliers = Sequence[np.ndarray | None]


class Statistics(NamedTuple):
    """Batchnorm's running averages for one hidden layer, each of shape (H,)."""

    mean: np.ndarray
    var: np.ndarray


class Normalised(NamedTuple):
    """What batchnorm's backward needs: x_hat (N, H), gamma (H,), the deviation (H,)."""

    x_hat: np.ndarray
    gamma: np.ndarray
    std: np.ndarray


@dataclass(frozen=True)
class Trace:
    """What one forward pass saw.

    Attributes
    ----------
    inputs : list of ndarray
        What each affine layer was given, (N, D) each, after dropout.
    before_relu : list of ndarray
        What each hidden layer's ReLU was given, (N, H) each.
    norms : list of Normalised
        One for each hidden layer; empty without batchnorm.
    """

    params: Params
    multipliers: Multipliers
    inputs: list[np.ndarray]
    before_relu: list[np.ndarray]
    norms: list[Normalised]


def num_layers(params: Params) -> int:
    """Count the affine layers, W1 to WL."""
    count = 0
    while f"W{count + 1}" in params:
        count += 1
    return count


def forward(
    X: np.ndarray, params: Params, multipliers: Multipliers | None = None, running: Sequence[Statistics] = ()
) -> tuple[np.ndarray, Trace]:
    """Compute the scores of X, shape (N, d_1, ..., d_k).

    Parameters
    ----------
    multipliers : sequence of L + 1 arrays or None
        What dropout multiplies by at each place; None for no dropout anywhere.
    running : sequence of Statistics
        Batchnorm's running averages, for test time; without them a batch is normalised by its own.

    Returns
    -------
    scores : ndarray, shape (N, C)
    trace : Trace
    """
    L = num_layers(params)
    multipliers = (None,) * (L + 1) if multipliers is None else multipliers
    trace = Trace(params, multipliers, [], [], [])
    h = _times(X.reshape(len(X), -1), multipliers[0])  # (N, d_1, ..., d_k) -> (N, D)
    for i in range(1, L):
        trace.inputs.append(h)
        a = h @ params[f"W{i}"] + params[f"b{i}"]
        if f"gamma{i}" in params:
            statistics = running[i - 1] if running else Statistics(a.mean(axis=0), a.var(axis=0))
            a, norm = batchnorm(a, params[f"gamma{i}"], params[f"beta{i}"], statistics)
            trace.norms.append(norm)
        trace.before_relu.append(a)
        h = _times(np.maximum(a, 0), multipliers[i])
    trace.inputs.append(h)
    return _times(h @ params[f"W{L}"] + params[f"b{L}"], multipliers[L]), trace


def backward(
    dscores: np.ndarray, trace: Trace, multipliers: Multipliers | None = None
) -> dict[str, np.ndarray]:
    """Compute the gradient of every parameter, for batch statistics.

    Parameters
    ----------
    dscores : ndarray, shape (N, C)
    multipliers : sequence of L + 1 arrays or None
        What to go back through; the forward pass's own where it is None. Others show what a
        mistaken backward pass would give.
    """
    multipliers = trace.multipliers if multipliers is None else multipliers
    return _backward(dscores, trace, multipliers, sign=-1)


def magnitudes(dscores: np.ndarray, trace: Trace) -> dict[str, np.ndarray]:
    """Compute what `backward` would give if every term had the same sign: the size of each gradient's terms.

    Terms cancel, their rounding errors do not: a gradient is only as exact as a part of this.
    """
    norms = [Normalised(np.abs(norm.x_hat), np.abs(norm.gamma), norm.std) for norm in trace.norms]
    multipliers = [None if m is None else np.abs(m) for m in trace.multipliers]
    params = {name: np.abs(w) for name, w in trace.params.items()}
    inputs = [np.abs(h) for h in trace.inputs]
    absolute = Trace(params, multipliers, inputs, trace.before_relu, norms)
    return _backward(np.abs(dscores), absolute, multipliers, sign=1)


def _backward(
    dscores: np.ndarray, trace: Trace, multipliers: Multipliers, sign: int
) -> dict[str, np.ndarray]:
    L, grads = len(trace.inputs), {}
    da = _times(dscores, multipliers[L])
    for i in range(L, 0, -1):
        grads[f"W{i}"] = trace.inputs[i - 1].T @ da  # (D, N) @ (N, H) -> (D, H)
        grads[f"b{i}"] = da.sum(axis=0)  # (N, H) -> (H,)
        if i > 1:
            dh = _times(da @ trace.params[f"W{i}"].T, multipliers[i - 1])  # (N, H) @ (H, D) -> (N, D)
            da = dh * (trace.before_relu[i - 2] > 0)
            if trace.norms:
                norm = trace.norms[i - 2]
                grads[f"gamma{i - 1}"] = (da * norm.x_hat).sum(axis=0)  # (N, D) -> (D,)
                grads[f"beta{i - 1}"] = da.sum(axis=0)
                da = batchnorm_backward(da, norm, sign)
    return grads


def batchnorm(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, statistics: Statistics
) -> tuple[np.ndarray, Normalised]:
    """Normalise x, shape (N, H), then scale by gamma and shift by beta."""
    std = np.sqrt(statistics.var + EPS)
    x_hat = (x - statistics.mean) / std
    return gamma * x_hat + beta, Normalised(x_hat, gamma, std)


def batchnorm_backward(dout: np.ndarray, norm: Normalised, sign: int = -1) -> np.ndarray:
    """Compute dx, where x_hat was normalised by its own batch's mean and variance.

    With sign = 1 the three terms are added up, as `magnitudes` needs.
    """
    dx_hat = dout * norm.gamma
    share = (dx_hat * norm.x_hat).mean(axis=0) * norm.x_hat  # (N, H) -> (H,), then (N, H) again
    return (dx_hat + sign * (dx_hat.mean(axis=0) + share)) / norm.std


def softmax_loss(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean cross-entropy of scores (N, C) with labels y (N,), and its gradient (N, C)."""
    rows = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C) -> (N, 1)
    dscores = np.exp(log_softmax)
    dscores[rows, y] -= 1
    return float(-log_softmax[rows, y].mean()), dscores / len(y)


def loss(
    X: np.ndarray, y: np.ndarray, params: Params, multipliers: Multipliers | None = None, reg: float = 0.0
) -> tuple[float, dict[str, np.ndarray]]:
    """Return the training loss, 0.5 * reg * sum(W**2) included, and the gradient of every parameter."""
    scores, trace = forward(X, params, multipliers)
    value, dscores = softmax_loss(scores, y)
    grads = backward(dscores, trace)
    for i in range(1, len(trace.inputs) + 1):
        W = params[f"W{i}"]
        value += 0.5 * reg * float((W**2).sum())
        grads[f"W{i}"] = grads[f"W{i}"] + reg * W
    return value, grads


def _times(x: np.ndarray, multiplier: np.ndarray | None) -> np.ndarray:
    return x if multiplier is None else x * multiplier
