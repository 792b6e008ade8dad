"""Hidden checks of dropout_backward.

dx is judged by what the student's own forward did: whatever it multiplied x by, seen as out / x, must
multiply dout. A backward that matches a mistaken forward is right.
"""

import numpy as np
import pytest

from autograder.checking.values import entries_close, require_finite
from autograder.checks.dropout.layer import PROBABILITIES, Layer
from autograder.checks.dropout.misconceptions import failed
from autograder.checks.dropout.recognise_layer import name_backward
from autograder.errors import CheckFailed, SubmissionError

SHAPES = ((25, 25), (60, 8), (8, 60), (1, 200), (4, 3, 6, 7))
SIZE = (20, 30)  # two fair masks of 600 units at p = 0.3 agree with probability 0.58**600 = 1e-142


@pytest.fixture
def layer(student, rng):
    """The student's functions; of no use here where forward drops nothing or everything."""
    layer = Layer(student, rng)
    try:
        layer.require_dropping()
    except (SubmissionError, CheckFailed) as error:
        raise CheckFailed(
            f"dropout_backward is judged by the mask that dropout_forward drew. {error}",
            getattr(error, "misconception", None),
        ) from None
    return layer


def require_masking(layer):
    """Fail where training passes dout on as it is: right at p = 1 and at test time, but no answer."""
    one, dout, dx = through(layer, 0.3)
    if not one.kept.all() and entries_close(dx, dout).all():
        raise failed("This can be judged only once training masks dout.", "backward_is_the_identity")


def through(layer, p, mode="train"):
    """Go forward and back through the layer; return the pass, dout and dx."""
    one = layer.forward(layer.draw(*SIZE), p, mode)
    require_finite("The output of dropout_forward", one.out)
    dout = layer.draw(*SIZE)
    return one, dout, layer.backward(dout, one)


@pytest.mark.weight(3)
def test_dropped_units_get_no_gradient(layer):
    """dx is zero where forward dropped the unit, and nowhere else."""
    for p in PROBABILITIES:
        one, dout, dx = through(layer, p)
        if not np.array_equal(dx != 0, one.kept):
            raise failed(
                "dx should be zero exactly where forward dropped a unit; yours is not.",
                name_backward(one, dout, dx),
                "Multiply dout by the mask that forward multiplied x by, out of the cache.",
            )


@pytest.mark.weight(4)
def test_dx_is_dout_times_what_forward_multiplied_by(layer):
    """dx is dout times the mask and the scale of the same forward call."""
    for p in PROBABILITIES:
        one, dout, dx = through(layer, p)
        if not entries_close(dx, dout * one.ratio).all():
            raise failed(
                "dx should be dout times what forward multiplied x by, mask and scale; yours is not.",
                name_backward(one, dout, dx),
                "Keep the scaled mask in the cache, and let backward return dout times it.",
            )


@pytest.mark.weight(3)
def test_each_cache_keeps_its_own_mask(layer):
    """Three forward calls and then their backward calls in any order: each goes by its own cache."""
    passes = layer.forward_with_one_param([layer.draw(*SIZE) for _ in range(3)], 0.3)
    for i in (0, 2, 1):
        dout = layer.draw(*SIZE)
        support = layer.backward(dout, passes[i]) != 0
        if np.array_equal(support, passes[i].kept):
            continue
        others = any(np.array_equal(support, passes[j].kept) for j in range(3) if j != i)
        raise failed(
            "After three forward calls, backward did not use the mask of the cache it was given.",
            "mask_of_another_call" if others else name_backward(passes[i], dout, support * dout),
        )


@pytest.mark.weight(1)
def test_zeros_in_x_pass_gradients_too(layer):
    """Where x itself is zero, as after ReLU, a unit that was kept passes its gradient on."""
    require_masking(layer)
    x, dout = layer.draw(*SIZE), layer.draw(*SIZE)
    x[:10] = 0
    dx = layer.backward(dout, layer.forward(x, 0.75))
    if not dx[:10].any():  # 300 fair draws at p = 0.75 are all dropped with probability 0.25**300 = 1e-180
        raise failed(
            "Where x is zero, kept units should pass their gradient on; yours never do.",
            "mask_from_the_output",
        )


@pytest.mark.weight(2)
def test_test_time_passes_dout_through(layer):
    """After a forward call in mode 'test', dx is dout."""
    require_masking(layer)
    for p in PROBABILITIES:
        one = forward_or_none(layer, SIZE, p, "test")
        if one is None:
            continue
        dout = layer.draw(*SIZE)
        dx = layer.backward(dout, one)
        if not entries_close(dx, dout).all() and not entries_close(dx, dout * one.ratio).all():
            raise failed(
                "After a forward call in mode 'test', dx should be dout itself; yours is not.",
                "test_mode_masked",
            )


@pytest.mark.weight(1)
def test_p_of_one_passes_dout_through(layer):
    """At p = 1 nothing is dropped, and dx is dout."""
    require_masking(layer)
    one = forward_or_none(layer, SIZE, 1.0)
    if one is None:
        return
    dout = layer.draw(*SIZE)
    if not entries_close(layer.backward(dout, one), dout * one.ratio).all():
        raise CheckFailed("At p = 1 dx should be dout times what forward multiplied x by; yours is not.")


@pytest.mark.weight(1)
def test_takes_any_shape(layer):
    """Square, tall, wide, one row or four dimensions: dx has the shape of dout."""
    for shape in SHAPES:
        one = forward_or_none(layer, shape, 0.75)
        if one is None:
            continue
        try:
            dx = layer.backward(layer.draw(*shape, dtype=np.float32), one)
        except (SubmissionError, CheckFailed) as error:
            name = getattr(error, "misconception", None)
            raise CheckFailed(f"For dout of shape {shape}: {error}", name) from None
        if not np.array_equal(dx != 0, one.kept):
            raise CheckFailed(
                f"For dout of shape {shape} dx is not zero exactly where forward dropped a unit: multiply "
                "dout by the mask out of the cache."
            )


def forward_or_none(layer, shape, p, mode="train"):
    """Go forward; return None where forward itself cannot, which its own checks have judged."""
    try:
        one = layer.forward(layer.draw(*shape), p, mode)
    except (SubmissionError, CheckFailed) as error:
        if getattr(error, "kind", "") in ("timeout", "died"):
            raise
        return None
    return one if np.isfinite(one.out).all() else None
