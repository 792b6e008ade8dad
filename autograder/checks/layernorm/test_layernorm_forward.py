"""Hidden checks of layernorm_forward."""

import numpy as np
import pytest

from autograder.checking.values import RELATIVE, close
from autograder.checks.layernorm.layer import LARGE, Layer
from autograder.checks.layernorm.misconceptions import failed
from autograder.checks.layernorm.recognise import name_normalising, name_weighing
from autograder.errors import CheckFailed, SubmissionError

SHAPES = ((7, 7), (60, 5), (5, 60), (1, 20))
# A right answer in float32 may take the variance as mean(x**2) - mean(x)**2, which here loses two of
# float32's seven digits; a wrong formula is off by percents.
SINGLE = 1e-4


@pytest.fixture
def layer(student, rng):
    return Layer(student, rng)


@pytest.mark.weight(1)
def test_returns_out_and_cache(layer):
    """layernorm_forward returns the pair (out, cache), and out has the shape of x."""
    layer.require_normalising()
    if layer.forward(layer.draw(4, 6)).cache is None:
        raise failed("Expected the pair (out, cache), found out alone.", "cache_missing")


@pytest.mark.weight(4)
def test_normalises_each_example(layer):
    """With gamma = 1 and beta = 0 the features of each example have mean 0 and variance 1."""
    one = layer.forward(layer.draw(6, 9, LARGE))
    if not one.right:
        raise failed(
            "With gamma = 1 and beta = 0 the output is not the normalised x.",
            name_normalising(one),
            "Print the mean and the deviation of each row of the output: expected are 0 and 1.",
        )


@pytest.mark.weight(3)
def test_scales_and_shifts_each_feature(layer):
    """The output is the normalised x times gamma plus beta, feature by feature."""
    layer.require_normalising()
    x = layer.draw(6, 9, LARGE)
    hat = layer.forward(x).out  # the student's own: normalising is judged elsewhere
    one = layer.forward(x, *layer.weights(9))
    if not close(one.out, one.gamma * hat + one.beta):
        raise failed(
            "The output is not gamma times the normalised x plus beta.",
            name_weighing(one, hat) or name_normalising(one),
            "gamma and beta have one entry for each feature, and broadcast over the rows as they are.",
        )


@pytest.mark.weight(2)
def test_adds_eps_to_the_variance(layer):
    """eps is added to the variance: 1e-5, or what ln_param says."""
    small = layer.draw(6, 9, 1e-2)  # variances near 1e-4, where eps is a tenth of the sum
    for eps in (None, 1e-3):
        one = layer.forward(small, eps=eps)
        if not one.right:
            raise failed("For small features the output is not the right one.", name_normalising(one))
    if layer.needs_eps:
        raise failed("Expected a call without an eps to work, found a KeyError.", "eps_required")
    alike = layer.forward(np.full((2, 5), 0.5))  # a power of two: its mean and variance are exact
    if not close(alike.out, np.zeros((2, 5)), scale=1.0):
        raise failed("An example whose features are all alike should come out as beta.", None)


@pytest.mark.weight(2)
def test_each_example_stands_alone(layer):
    """What comes out for an example depends on no other example and no earlier call."""
    layer.require_normalising()
    x = layer.draw(5, 8, LARGE)
    together = layer.forward(x)
    if not close(layer.forward(x).out, together.out):
        raise failed("Two calls with the same x gave two outputs.", "keeps_running_statistics")
    alone = np.concatenate([layer.forward(x[i : i + 1]).out for i in range(len(x))])
    if not close(alone, together.out):
        name = name_normalising(together)
        raise failed(
            "An example came out differently alone and in a batch.",
            name if name in ("normalises_the_batch", "normalises_everything") else None,
            "Take mean and variance over axis=1, with keepdims=True.",
        )


@pytest.mark.weight(1)
def test_takes_any_shape(layer):
    """Square, tall, wide or one row, float32 or float64: the shape of x is kept."""
    layer.require_normalising()
    for shape in SHAPES:
        x = layer.draw(*shape)
        try:
            double, single = layer.forward(x).out, layer.forward(x.astype(np.float32)).out
        except (SubmissionError, CheckFailed) as error:
            raise CheckFailed(f"For x of shape {shape}: {error}") from None
        if not close(single, double, scale=SINGLE / RELATIVE * np.abs(double).max()):
            raise CheckFailed(f"For x of shape {shape} float32 and float64 give different outputs.")
