"""Ordinary random networks, for what can be judged without dropout."""

from __future__ import annotations

import numpy as np

from autograder.checks.dropout.oracle import Params, forward

CLEAR = (
    1e-4  # how far from zero every unit is: rounding (1e-15, or 1e-7 in float32) cannot open or shut a ReLU
)


def random_network(
    rng: np.random.Generator, hidden: tuple[int, ...], batchnorm: bool, rows: int = 7, D: int = 12, C: int = 5
) -> tuple[np.ndarray, Params]:
    """Draw X, shape (rows, D), and parameters of which none is zero, one, or like another."""
    sizes = [D, *hidden, C]
    params: dict[str, np.ndarray] = {}
    for i in range(1, len(sizes)):
        params[f"W{i}"] = rng.normal(size=(sizes[i - 1], sizes[i])) / np.sqrt(sizes[i - 1])
        params[f"b{i}"] = rng.uniform(-0.5, 0.5, sizes[i])
        if batchnorm and i < len(sizes) - 1:
            params[f"gamma{i}"] = rng.uniform(0.5, 1.5, sizes[i])
            params[f"beta{i}"] = rng.uniform(-0.5, 0.5, sizes[i])
    while True:
        X = rng.normal(size=(rows, D))
        if all(np.abs(a).min() > CLEAR for a in forward(X, params)[1].before_relu):
            return X, params
