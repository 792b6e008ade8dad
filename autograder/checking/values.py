"""Comparing what a student's function returned: type and shape before values.

These functions return a verdict for any array (NaN, infinite, boolean, huge) and never raise anything but
CheckFailed. Messages name shapes, which the student can see, and no value.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograder.errors import CheckFailed

# A right answer rounds once more than the oracle does and may draw its mask in float32 (6e-8);
# a wrong factor is off by percents.
RELATIVE = 1e-6


def as_float(array: np.ndarray) -> np.ndarray:
    """Return the array in float64, in which nothing that a codec lets through can raise."""
    return np.asarray(array, dtype=np.float64)


def require_shape(name: str, array: np.ndarray, expected: tuple[int, ...], whose: str) -> None:
    """Fail unless the array has the expected shape, which is that of `whose`."""
    if array.shape != expected:
        raise CheckFailed(f"{name} has shape {array.shape}, expected {expected}, the shape of {whose}.")


def require_finite(name: str, array: np.ndarray) -> None:
    """Fail if the array holds NaN or infinity."""
    if not np.isfinite(as_float(array)).all():
        raise CheckFailed(
            f"{name} holds NaN or infinity. A division by zero or an uninitialised array usually causes "
            "this: print it for a small input."
        )


def entries_close(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Tell for each entry whether it is within RELATIVE of what is expected; NaN is not."""
    with np.errstate(all="ignore"):
        return np.abs(as_float(found) - expected) <= RELATIVE * np.abs(expected)


def close(found: np.ndarray, expected: np.ndarray, scale: float | None = None) -> bool:
    """Tell whether all entries are within RELATIVE of `scale`, by default the largest entry expected."""
    if found.shape != expected.shape:
        return False
    scale = float(np.abs(expected).max(initial=0)) if scale is None else scale
    with np.errstate(all="ignore"):
        return bool((np.abs(as_float(found) - expected) <= RELATIVE * scale).all())


def common_ratio(found: np.ndarray, base: np.ndarray) -> float | None:
    """Return the one factor that takes `base` (no zeros) to `found`, None if there is none."""
    if found.size == 0:
        return None
    with np.errstate(all="ignore"):
        ratio = as_float(found) / base
    middle = float(np.median(ratio))
    return middle if entries_close(ratio, np.full(ratio.shape, middle)).all() else None


def nearest(value: float | None, candidates: Iterable[tuple[str, float]], tolerance: float) -> str | None:
    """Return the name of the first candidate within a relative tolerance of the value."""
    if value is None:
        return None
    return next((name for name, c in candidates if abs(value - c) <= tolerance * abs(c)), None)
