"""Recognising mistakes of layer normalisation by what they would return.

Each name stands for a mistaken formula; a verdict that has fallen already gets the name of the first
formula which gives what the student's function gave. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from autograder.checking.values import close
from autograder.checks.layernorm.layer import EPS, Pass

Array = np.ndarray


def _over(x: Array, eps: float, axis: int | None = 1, ddof: int = 0) -> Array:
    """Normalise over an axis."""
    variance = x.var(axis=axis, ddof=ddof, keepdims=True)
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(variance + eps)


def _centred(x: Array) -> Array:
    return x - x.mean(axis=1, keepdims=True)


NORMALISING: Mapping[str, Callable[[Array, float], Array]] = {
    "eps_ignored": lambda x, eps: _over(x, EPS),
    "eps_missing": lambda x, eps: _over(x, 0.0),
    "eps_outside_the_root": lambda x, eps: _centred(x) / (x.std(axis=1, keepdims=True) + eps),
    "normalises_the_batch": lambda x, eps: _over(x, eps, axis=0),
    "normalises_everything": lambda x, eps: _over(x, eps, axis=None),
    "divides_by_d_minus_1": lambda x, eps: _over(x, eps, ddof=1),
    "divides_by_the_variance": lambda x, eps: _centred(x) / (x.var(axis=1, keepdims=True) + eps),
    "variance_alone": lambda x, eps: x / np.sqrt(x.var(axis=1, keepdims=True) + eps),
    "mean_alone": lambda x, eps: _centred(x),
    "not_normalised": lambda x, eps: x,
}
WEIGHING: Mapping[str, Callable[[Array, Array, Array], Array]] = {
    "gamma_and_beta_swapped": lambda hat, gamma, beta: beta * hat + gamma,
    "gamma_and_beta_missing": lambda hat, gamma, beta: hat,
    "gamma_missing": lambda hat, gamma, beta: hat + beta,
    "beta_missing": lambda hat, gamma, beta: gamma * hat,
    "shift_before_scale": lambda hat, gamma, beta: gamma * (hat + beta),
}


def name_normalising(one: Pass) -> str | None:
    """Name the mistake behind an output that is not layer normalisation's."""
    with np.errstate(all="ignore"):
        made = {name: one.gamma * f(one.x, one.eps) + one.beta for name, f in NORMALISING.items()}
    return _first(one.out, made) or name_weighing(one, _over(one.x, one.eps))


def name_weighing(one: Pass, hat: Array) -> str | None:
    """Name the mistake behind an output that is not gamma * hat + beta."""
    return _first(one.out, {name: f(hat, one.gamma, one.beta) for name, f in WEIGHING.items()})


def name_dbeta(one: Pass, hat: Array, dout: Array, dbeta: Array) -> str | None:
    """Name the mistake behind a dbeta that is not the sum of dout over the examples."""
    made = {
        "dgamma_and_dbeta_swapped": (dout * hat).sum(axis=0),  # (N, D) -> (D,)
        "means_for_sums": dout.mean(axis=0),
        "gamma_in_dbeta": (dout * one.gamma).sum(axis=0),
        "sums_over_features": dout.sum(axis=1),  # (N, D) -> (N,)
    }
    return _first(dbeta, made)


def name_dgamma(one: Pass, hat: Array, dout: Array, dgamma: Array) -> str | None:
    """Name the mistake behind a dgamma that is not the sum of dout * hat over the examples."""
    made = {
        "dgamma_and_dbeta_swapped": dout.sum(axis=0),  # (N, D) -> (D,)
        "means_for_sums": (dout * hat).mean(axis=0),
        "dgamma_of_x": (dout * one.x).sum(axis=0),
        "dgamma_of_out": (dout * one.out).sum(axis=0),
        "sums_over_features": (dout * hat).sum(axis=1),  # (N, D) -> (N,)
    }
    return _first(dgamma, made)


def name_dx(one: Pass, dout: Array, dx: Array) -> str | None:
    """Name the mistake behind a dx that is not the gradient."""
    hat = _over(one.x, one.eps)
    sigma = np.sqrt(one.x.var(axis=1, keepdims=True) + one.eps)  # (N, D) -> (N, 1)
    d = dout * one.gamma

    def gradient(d: Array, mean: float = 1, variance: float = 1, axis: int = 1) -> Array:
        through_variance = hat * (d * hat).mean(axis=axis, keepdims=True)
        return (d - mean * d.mean(axis=axis, keepdims=True) - variance * through_variance) / sigma

    made = {
        "dx_is_dout": dout,
        "statistics_held_constant": gradient(d, mean=0, variance=0),
        "mean_held_constant": gradient(d, mean=0),
        "variance_held_constant": gradient(d, variance=0),
        "gamma_missing_in_dx": gradient(dout),
        "dx_over_the_batch": gradient(d, axis=0),
        "sigma_missing_in_dx": gradient(d) * sigma,
    }
    return _first(dx, made)


def _first(found: Array, made: Mapping[str, Array]) -> str | None:
    return next((name for name, array in made.items() if close(found, array)), None)
