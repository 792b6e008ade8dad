"""Recognising mistakes of dropout_forward and dropout_backward by what they do.

These functions give names to verdicts that have fallen already, so their tolerances decide nothing: they are
several standard deviations of the counts they are used on, and narrower than half the distance between
the candidates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograder.checking.values import common_ratio, entries_close
from autograder.checks.dropout.independence import whole_lines
from autograder.checks.dropout.layer import Layer, Pass
from autograder.errors import SubmissionError

FRACTION_TOLERANCE = 0.01  # of 100,000 draws: 6 deviations; the closest candidates are 0.023 apart
SCALE_TOLERANCE = 1e-4  # candidates differ by percents


def _normal_below(p: float) -> float:
    """Return the probability that a standard normal number is below p."""
    return 0.5 * (1 + math.erf(p / math.sqrt(2)))


FRACTIONS: dict[str, Callable[[float], float]] = {
    "p": lambda p: p,
    "1 - p": lambda p: 1 - p,
    "normal": _normal_below,
    "1 - normal": lambda p: 1 - _normal_below(p),
}
SCALES: dict[str, Callable[[float], float]] = {
    "1/p": lambda p: 1 / p,
    "1": lambda p: 1.0,
    "p": lambda p: p,
    "1/(1-p)": lambda p: 1 / (1 - p),
}
BY_FRACTION_AND_SCALE: dict[tuple[str | None, str | None], str] = {
    ("1 - p", "1/(1-p)"): "keep_and_drop_swapped",
    ("1 - p", "1/p"): "drops_with_probability_p",
    ("p", "1/(1-p)"): "scales_by_the_drop_probability",
}
BY_FRACTION = {
    "1 - p": "drops_with_probability_p",
    "normal": "randn_compared_with_p",
    "1 - normal": "randn_compared_with_p",
}
BY_SCALE = {"1": "no_scaling", "p": "scaled_by_p", "1/(1-p)": "scales_by_the_drop_probability"}


def fraction_of(passes: Sequence[Pass]) -> str | None:
    """Name the function of p that the fractions kept follow at each of several p."""
    for name, function in FRACTIONS.items():
        if all(abs(one.kept.mean() - function(one.p)) < FRACTION_TOLERANCE for one in passes):
            return name
    fractions = [float(one.kept.mean()) for one in passes]
    return "constant" if max(fractions) - min(fractions) < FRACTION_TOLERANCE else None


def scale_of(passes: Sequence[Pass]) -> str | None:
    """Name the function of p that survivors are multiplied by at each of several p."""
    ratios = [common_ratio(one.out[one.kept], one.x[one.kept]) for one in passes]
    scales = [ratio for ratio in ratios if ratio is not None]
    if len(scales) < len(ratios):
        return None
    for name, function in SCALES.items():
        if all(_near(scale, function(one.p)) for scale, one in zip(scales, passes, strict=True)):
            return name
    if all(_near(scale, 1 / max(one.kept.mean(), 1e-9)) for scale, one in zip(scales, passes, strict=True)):
        return "1/share"
    return "constant" if all(_near(scale, scales[0]) for scale in scales) else None


def name_by_values(passes: Sequence[Pass]) -> str | None:
    """Name the mistake behind outputs that are neither 0 nor x / p."""
    if all(one.kept.all() and entries_close(one.out, one.x).all() for one in passes):
        return "no_dropout"
    if any(one.dropped for one in passes):
        return "shifted_output"
    fraction, scale = fraction_of(passes), scale_of(passes)
    if (fraction, scale) in BY_FRACTION_AND_SCALE:
        return BY_FRACTION_AND_SCALE[fraction, scale]
    if scale == "1/share":
        return "scaled_by_the_share_drawn"
    return "p_ignored" if scale == "constant" else BY_SCALE.get(scale or "")


def name_by_fraction(passes: Sequence[Pass]) -> str | None:
    """Name the mistake behind a wrong fraction of units kept."""
    if all(one.kept.all() for one in passes):
        return "no_dropout"
    if all(one.kept.all() or not one.kept.any() for one in passes):
        return "one_coin_per_call"
    grouped = next((name for one in passes if (name := name_of_groups(one.kept))), None)
    if grouped is not None:
        return grouped
    fraction, scale = fraction_of(passes), scale_of(passes)
    if (fraction, scale) in BY_FRACTION_AND_SCALE:
        return BY_FRACTION_AND_SCALE[fraction, scale]
    return "p_ignored" if fraction == "constant" else BY_FRACTION.get(fraction or "")


def name_of_groups(kept: np.ndarray) -> str | None:
    """Name the mistake of sharing one draw in a whole row or column, None where that is not so."""
    if whole_lines(kept):
        return "one_coin_per_row"
    return "one_coin_per_column" if whole_lines(kept.T) else None


def scales_at_test_time(layer: Layer, p: float) -> bool:
    """Tell whether mode 'test' multiplies x by p, as dropout that is not inverted does."""
    x = layer.draw(10, 20)
    try:
        out = layer.forward(x, p, mode="test").out
    except SubmissionError:
        return False
    return bool(entries_close(out, x * p).all())


def name_backward(forward: Pass, dout: np.ndarray, dx: np.ndarray) -> str | None:
    """Name the mistake behind a dx that is not dout times what forward multiplied x by."""
    through = dx != 0
    if entries_close(dx, dout).all():
        return "backward_is_the_identity"
    if np.array_equal(through, ~forward.kept):
        return "mask_inverted"
    forwards = common_ratio(forward.out[forward.kept], forward.x[forward.kept])
    backwards = common_ratio(dx[through], dout[through])
    if forwards is None or backwards is None:
        return None
    if not np.array_equal(through, forward.kept):
        return "mask_redrawn" if _near(backwards, forwards) or _near(backwards, 1.0) else None
    if _near(forwards, 1.0):
        return "no_scaling" if _near(backwards, 1 / forward.p) else None
    return next((name for name, power in _POWERS if _near(backwards, forwards**power)), None)


_POWERS = (("backward_unscaled", 0), ("backward_scaled_twice", 2))


def _near(value: float | None, candidate: float) -> bool:
    return value is not None and abs(value - candidate) <= SCALE_TOLERANCE * abs(candidate)
