"""Hidden checks of dropout_forward.

Each check draws its own input, and calls either with seeds or without: an answer that seeds NumPy's
global generator, which is right, repeats later draws without a seed as well.
"""

import numpy as np
import pytest

from autograder.checking.values import entries_close, require_finite
from autograder.checks.dropout.bounds import kept_counts
from autograder.checks.dropout.independence import (
    dependent,
    lines_alike,
    neighbours_alike,
    same_count_in_every_line,
)
from autograder.checks.dropout.layer import PROBABILITIES, Layer
from autograder.checks.dropout.misconceptions import failed
from autograder.checks.dropout.recognise_layer import (
    name_by_fraction,
    name_by_values,
    name_of_groups,
    scales_at_test_time,
)
from autograder.errors import CheckFailed, SubmissionError

# 100,000 draws: a fraction off by 0.015 is caught with probability 0.999 (bounds.smallest_deviation)
COUNTED = (250, 400)
# 10,000 draws: a correlation of 0.22 is caught with probability 0.999 (bounds.smallest_correlation)
INDEPENDENT = (100, 100)
SHAPES = ((30, 30), (60, 8), (8, 60), (1, 200), (4, 3, 6, 7))
DTYPES = (np.float32, np.float64)


@pytest.fixture
def layer(student, rng):
    return Layer(student, rng)


@pytest.mark.weight(1)
def test_returns_out_and_cache(layer):
    """dropout_forward returns the pair (out, cache), and out has the shape of x."""
    layer.require_dropping()
    if layer.forward(layer.draw(6, 9), 0.75).cache is None:
        raise failed(
            "dropout_forward should return the pair (out, cache); yours returns out alone.", "cache_missing"
        )


@pytest.mark.weight(3)
def test_outputs_are_zero_or_x_over_p(layer):
    """In mode 'train' every output is either 0 or x / p."""
    passes = [layer.forward(layer.draw(*COUNTED, dtype=np.float32), p) for p in PROBABILITIES]
    for one in passes:
        require_finite("The output in mode 'train'", one.out)
    if all(entries_close(one.out[one.kept], one.x[one.kept] / one.p).all() for one in passes):
        return
    name = name_by_values(passes)
    if name == "no_scaling" and scales_at_test_time(layer, PROBABILITIES[0]):
        name = "scaling_at_test_time"
    raise failed(
        "In mode 'train' each output should be 0 or x / p; yours has other values.",
        name,
        "Print out / x for a small x: each entry should be 0 or 1 / p.",
    )


@pytest.mark.weight(3)
def test_keeps_a_fraction_p(layer):
    """The share of units kept is p, the probability of keeping."""
    passes = [layer.forward(layer.draw(*COUNTED, dtype=np.float32), p) for p in PROBABILITIES]
    for one in passes:
        least, greatest = kept_counts(one.kept.size, one.p)
        if not least <= one.kept.sum() <= greatest:
            more = "more" if one.kept.sum() > greatest else "fewer"
            raise failed(
                f"At p = {one.p}, clearly {more} than {one.p:.0%} of the units are kept.",
                name_by_fraction(passes),
                "Keep a unit where a uniform draw from [0, 1) is below p.",
            )


@pytest.mark.weight(2)
def test_decides_for_each_unit_alone(layer):
    """Each unit has a draw of its own: rows, columns and neighbours are independent."""
    passes = [layer.forward(layer.draw(*INDEPENDENT), p) for p in PROBABILITIES for _ in range(3)]
    for kept in (one.kept for one in passes):
        _require_own_draws(kept)
    # A count within 1 of its mean has probability 0.0262 at p = 0.3 and 0.0277 at 0.75: six of them, 4e-10
    if all(abs(one.kept.sum() - one.p * one.kept.size) <= 1 for one in passes):
        raise failed(
            "The number of units kept should vary from call to call; yours does not.", "fixed_number_kept"
        )
    try:
        images = layer.forward(layer.draw(10, 3, 16, 16), 0.75)
    except (SubmissionError, CheckFailed):
        return  # whether arrays of four dimensions are taken at all is another check
    if neighbours_alike(images.kept):
        raise CheckFailed(
            "In an array of four dimensions neighbouring units are kept or dropped together: draw a mask of "
            "x's full shape, not one for each image or channel."
        )


def _require_own_draws(kept):
    _require_both(kept)
    found = "Units are kept or dropped together, where each should have a draw of its own."
    if name := name_of_groups(kept):
        raise failed(found, name)
    if same_count_in_every_line(kept) or same_count_in_every_line(kept.T):
        raise failed(
            "The number of units kept should vary from row to row; yours does not.", "fixed_number_kept"
        )
    if lines_alike(kept) or lines_alike(kept.T) or neighbours_alike(kept):
        raise failed(found, None, "Draw a mask of x's full shape, one number for each entry.")


def _require_both(kept):
    """Fail where all units are kept or all are dropped."""
    if kept.all() or not kept.any():
        name = "no_dropout" if kept.all() else "one_coin_per_call"
        raise failed("In each call some units should be kept and some dropped.", name)


@pytest.mark.weight(1)
def test_draws_anew_at_each_call(layer):
    """Without a seed every call draws another mask, independent of the last."""
    first, second = (layer.forward(layer.draw(*INDEPENDENT), PROBABILITIES[0]) for _ in range(2))
    if layer.needs_seed:
        raise failed("A call without a seed should work; yours raises KeyError.", "seed_required")
    _require_both(first.kept)
    _require_both(second.kept)
    if np.array_equal(first.kept, second.kept):
        raise failed(
            "Two calls should drop different units; yours drop the same ones.", "same_mask_every_call"
        )
    if name_of_groups(first.kept) is None and dependent(first.kept, second.kept):
        raise CheckFailed("Two calls' masks share draws beyond chance: draw a whole new mask at every call.")


@pytest.mark.weight(1)
def test_same_seed_same_mask(layer):
    """The same seed draws the same mask again, another seed another one."""
    x, seed, other = layer.draw(20, 30), layer.new_seed(), layer.new_seed()
    first, between, again = (layer.forward(x, 0.3, seed=s).kept for s in (seed, other, seed))
    _require_both(first)
    _require_both(between)
    if np.array_equal(first, between):  # 600 fair draws at 0.3 agree with probability 0.58**600 = 1e-142
        raise failed("Two seeds should draw two masks; yours draw the same one.", "same_mask_every_call")
    if not np.array_equal(first, again):
        raise failed("The same seed should draw the same mask again; yours does not.", "seed_ignored")


@pytest.mark.weight(2)
def test_test_time_is_the_identity(layer):
    """In mode 'test' the output is x itself."""
    layer.require_dropping()
    for p in PROBABILITIES:
        try:
            one = layer.forward(layer.draw(20, 30), p, mode="test")
        except SubmissionError as error:
            raise failed(f"In mode 'test': {error}.", _crash(error)) from None
        if not entries_close(one.out, one.x).all():
            raise failed(
                "In mode 'test' the output should be x itself; yours is not.",
                _at_test_time(one),
                "Return x as it is there: no mask, no factor.",
            )


def _crash(error):
    return "test_mode_crashes" if error.exception in ("UnboundLocalError", "NameError", "KeyError") else None


def _at_test_time(one):
    if entries_close(one.out, one.x * one.p).all():
        return "scaling_at_test_time"
    return None if one.kept.all() else "drops_at_test_time"


@pytest.mark.weight(1)
def test_p_of_one_keeps_all(layer):
    """At p = 1 every unit is kept as it is."""
    layer.require_dropping()
    try:
        one = layer.forward(layer.draw(20, 30), 1.0)
    except SubmissionError as error:
        raise CheckFailed(f"At p = 1: {error}.") from None
    require_finite("The output at p = 1", one.out)
    if not entries_close(one.out, one.x).all():
        raise failed(
            "At p = 1 the output should be x itself; yours is not.",
            "keep_and_drop_swapped" if not one.kept.any() else None,
            "Every draw from [0, 1) is below 1, so nothing may be dropped, and x / 1 is x.",
        )


@pytest.mark.weight(1)
def test_takes_any_shape(layer):
    """Square, tall, wide, one row or four dimensions, float32 or float64: the shape of x is kept."""
    layer.require_dropping()
    for dtype in DTYPES:
        for shape in SHAPES:
            try:
                one = layer.forward(layer.draw(*shape, dtype=dtype), 0.3)
            except (SubmissionError, CheckFailed) as error:
                name = "two_dimensions_only" if len(shape) > 2 else None
                raise failed(f"For x of shape {shape}: {str(error).rstrip('.')}.", name) from None
            # 192 draws or more at p = 0.3 are all kept with probability 1e-100, all dropped with 1e-29
            if one.kept.all() or not one.kept.any():
                raise CheckFailed(
                    f"For x of shape {shape} all units are kept or all dropped: draw one number for each."
                )
