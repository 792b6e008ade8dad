"""Hidden checks of layernorm_backward.

It is judged by the student's own forward: where that is right, the gradient is the oracle's; where it is not,
dgamma follows from what it normalised, and dx from its central differences. A backward that fits a
mistaken forward is right.
"""

import numpy as np
import pytest

from autograder.checking.values import RELATIVE, close
from autograder.checks.layernorm import oracle
from autograder.checks.layernorm.layer import Layer
from autograder.checks.layernorm.misconceptions import failed
from autograder.checks.layernorm.recognise import name_dbeta, name_dgamma, name_dx
from autograder.errors import CheckFailed, SubmissionError

SIZE = (4, 6)
SHAPES = ((7, 7), (20, 5), (5, 20), (1, 9))
# Of central differences: the errors of the formula, h**2, and of rounding, 1e-16 / h, are far below SLACK.
STEP = 1e-5
# For a mistaken forward: an eps in another place moves its gradient by parts in 10**5, a wrong formula by
# percents.
SLACK = 1e-4


@pytest.fixture
def layer(student, rng):
    """The student's functions; of no use here where forward returns no cache."""
    layer = Layer(student, rng)
    try:
        one = layer.forward(layer.draw(*SIZE))
    except (SubmissionError, CheckFailed) as error:
        reason = str(error)
    else:
        if one.cache is not None:
            return layer
        reason = "It returns the output alone."
    raise CheckFailed(f"layernorm_backward needs the cache of layernorm_forward, and there is none. {reason}")


def through(layer):
    """Go forward and back through the layer; return the pass, what it normalised, dout and the gradients."""
    x, dout = layer.draw(*SIZE), layer.draw(*SIZE)
    hat = layer.forward(x).out
    one = layer.forward(x, *layer.weights(SIZE[1]))
    return one, hat, dout, layer.backward(dout, one)


@pytest.mark.weight(2)
def test_dbeta(layer):
    """dbeta is dout, summed over the examples."""
    one, hat, dout, (_, _, dbeta) = through(layer)
    if not close(dbeta, dout.sum(axis=0)):  # (N, D) -> (D,)
        raise failed("dbeta is not the gradient.", name_dbeta(one, hat, dout, dbeta))


@pytest.mark.weight(3)
def test_dgamma(layer):
    """dgamma is dout times the normalised x, summed over the examples."""
    one, hat, dout, (_, dgamma, _) = through(layer)
    if not close(dgamma, (dout * hat).sum(axis=0)):  # (N, D) -> (D,)
        raise failed("dgamma is not the gradient.", name_dgamma(one, hat, dout, dgamma))


@pytest.mark.weight(5)
def test_dx(layer):
    """dx is the gradient with respect to x, through the mean and the variance too."""
    one, _, dout, (dx, _, _) = through(layer)
    right = oracle.backward_to_x(dout, one.x, one.gamma, one.eps)
    if close(dx, right) or (not one.right and fits(dx, slopes(layer, one, dout))):
        return
    raise failed(
        "dx is not the gradient.",
        name_dx(one, dout, dx),
        "Compare it with the numerical gradient of the lesson, one term at a time.",
    )


def fits(dx, slope):
    """Tell whether dx is the gradient of a mistaken forward."""
    return close(dx, slope, scale=SLACK / RELATIVE * np.abs(slope).max())


def slopes(layer, one, dout):
    """Return the gradient of sum(dout * out) with respect to x, by central differences."""
    grad = np.zeros_like(one.x)
    for index in np.ndindex(one.x.shape):
        step = np.zeros_like(one.x)
        step[index] = STEP
        above, below = (layer.forward(one.x + s, one.gamma, one.beta).out for s in (step, -step))
        grad[index] = np.sum(dout * (above - below)) / (2 * STEP)
    return grad


@pytest.mark.weight(2)
def test_each_cache_keeps_its_own_call(layer):
    """Three forward calls and then their backward calls in any order: each goes by its own cache."""
    inputs, dout = [layer.draw(*SIZE) for _ in range(3)], layer.draw(*SIZE)
    firsts = [layer.forward(x) for x in inputs]
    if not all(close(layer.forward(x).out, one.out) for x, one in zip(inputs, firsts, strict=True)):
        raise failed("dx cannot be compared between calls.", "keeps_running_statistics")
    at_once = [layer.backward(dout, layer.forward(x))[0] for x in inputs]
    if close(at_once[0], at_once[1]):
        raise CheckFailed("dx is the same whatever x was, so this property shows nothing yet.")
    for i in (0, 2, 1):
        if not close(layer.backward(dout, firsts[i])[0], at_once[i]):
            raise failed("After other forward calls the same dx was expected.", "cache_of_another_call")


@pytest.mark.weight(1)
def test_takes_any_shape(layer):
    """Square, tall, wide or one row, float32 or float64: dx has the shape of x, dgamma and dbeta (D,)."""
    for dtype in (np.float64, np.float32):
        for shape in SHAPES:
            try:
                layer.backward(
                    layer.draw(*shape).astype(dtype), layer.forward(layer.draw(*shape).astype(dtype))
                )
            except (SubmissionError, CheckFailed) as error:
                raise CheckFailed(f"For dout of shape {shape}: {error}") from None
