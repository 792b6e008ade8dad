"""Check arguments in one place, so that the layers themselves stay readable."""

import math

import numpy as np


def check_shape(name, array, expected, reason):
    """Raise ValueError unless `array` has the shape `expected`; `reason` says where that comes from."""
    if np.shape(array) != tuple(expected):
        raise ValueError(f"{name} has shape {np.shape(array)}, expected {tuple(expected)}, {reason}")


def check_affine(x, w, b):
    """Raise ValueError unless x, flattened to (N, D), fits w (D, M) and b (M,)."""
    if np.ndim(w) != 2:
        raise ValueError(f"w has shape {np.shape(w)}, expected two dimensions, (D, M)")
    features = math.prod(np.shape(x)[1:])
    if np.ndim(x) < 2 or features != w.shape[0]:
        raise ValueError(
            f"x has shape {np.shape(x)}, which is {features} features a row, "
            f"expected {w.shape[0]}, the rows of w {w.shape}"
        )
    check_shape("b", b, w.shape[1:], f"one entry for each column of w {w.shape}")


def check_batchnorm(x, gamma, beta, bn_param):
    """Raise ValueError unless x is (N, D) with N > 0, and gamma, beta and the running averages are (D,)."""
    if np.ndim(x) != 2 or len(x) == 0:
        raise ValueError(f"x has shape {np.shape(x)}, expected (N, D) with at least one row")
    running = {name: bn_param[name] for name in ("running_mean", "running_var") if name in bn_param}
    for name, array in {"gamma": gamma, "beta": beta, **running}.items():
        check_shape(name, array, x.shape[1:], f"one entry for each column of x {x.shape}")


def check_mode(param, name):
    """Return param['mode']; raise ValueError unless it is 'train' or 'test'."""
    mode = param.get("mode")
    if mode not in ("train", "test"):
        raise ValueError(f"{name}['mode'] is {mode!r}, expected 'train' or 'test'")
    return mode


def check_labels(x, y):
    """Raise ValueError unless x is (N, C) scores and y is N whole-number labels in 0..C-1."""
    if np.ndim(x) != 2 or len(x) == 0:
        raise ValueError(f"x has shape {np.shape(x)}, expected (N, C), one row of scores for each example")
    check_shape("y", y, x.shape[:1], f"one label for each row of x {x.shape}")
    kind = np.asarray(y).dtype
    if kind.kind not in "iu":
        raise ValueError(f"y has dtype {kind}, expected whole-number labels")
    low, high = np.min(y), np.max(y)
    if low < 0 or high >= x.shape[1]:
        raise ValueError(f"y holds labels from {low} to {high}, expected 0 to {x.shape[1] - 1}")


def check_keep_probability(p, name):
    """Return p as a Python float; raise ValueError unless 0 < p <= 1."""
    if not isinstance(p, (int, float, np.number)) or isinstance(p, bool) or not 0 < p <= 1:
        raise ValueError(
            f"{name} is {p!r}, expected a number above 0 and at most 1: the fraction of units kept"
        )
    return float(p)


def check_count(value, name, least=1):
    """Raise ValueError unless `value` is a whole number of at least `least`."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value!r}, expected a whole number of {least} or more")


def check_number(value, name):
    """Return `value` as a Python float; raise ValueError unless it is finite and not negative.

    A Python float takes on the precision of the arrays it meets, whereas a np.float64, which is
    what np.logspace yields, would turn a float32 network into float64.
    """
    if not isinstance(value, (int, float, np.number)) or isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}, expected a number")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} is {value!r}, expected a finite number, 0 or above")
    return float(value)
