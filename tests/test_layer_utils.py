"""Test that a composite is its layers one after the other, forward and backward."""

import numpy as np
import pytest
from nndl.layer_utils import (
    affine_batchnorm_relu_backward,
    affine_batchnorm_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from nndl.layers import affine_forward, batchnorm_forward, relu_forward
from utils.gradient_check import eval_numerical_gradient_array, rel_error

GRADIENT = 1e-7  # as in test_layers


@pytest.fixture
def arguments():
    """Return x, w, b, gamma, beta."""
    rng = np.random.default_rng(1)
    return [rng.normal(size=shape) for shape in ((6, 2, 3), (6, 4), (4,), (4,), (4,))]


def test_affine_relu_is_both_layers(arguments):
    out, _ = affine_relu_forward(*arguments[:3])
    np.testing.assert_array_equal(out, relu_forward(affine_forward(*arguments[:3])[0])[0])


def test_affine_batchnorm_relu_is_the_three_layers(arguments):
    x, w, b, gamma, beta = arguments
    out, _ = affine_batchnorm_relu_forward(x, w, b, gamma, beta, {"mode": "train"})
    normalised, _ = batchnorm_forward(affine_forward(x, w, b)[0], gamma, beta, {"mode": "train"})
    np.testing.assert_array_equal(out, relu_forward(normalised)[0])


def test_affine_batchnorm_relu_updates_its_running_averages(arguments):
    param = {"mode": "train"}
    affine_batchnorm_relu_forward(*arguments, param)
    assert param["running_mean"].shape == param["running_var"].shape == (4,)


def check_gradient(forward, backward, arguments, i):
    """Compare the gradient of argument i with central differences."""
    out, cache = forward(*arguments)
    dout = np.random.default_rng(2).normal(size=out.shape)

    def f(value):
        return forward(*arguments[:i], value, *arguments[i + 1 :])[0]

    numerical = eval_numerical_gradient_array(f, arguments[i], dout)
    assert rel_error(backward(dout, cache)[i], numerical) < GRADIENT


@pytest.mark.parametrize("i", range(3), ids=["x", "w", "b"])
def test_affine_relu_gradient(arguments, i):
    check_gradient(affine_relu_forward, affine_relu_backward, arguments[:3], i)


@pytest.mark.parametrize("i", [0, 1, 3, 4], ids=["x", "w", "gamma", "beta"])
def test_affine_batchnorm_relu_gradient(arguments, i):
    def forward(*values):
        return affine_batchnorm_relu_forward(*values, {"mode": "train"})

    check_gradient(forward, affine_batchnorm_relu_backward, arguments, i)


@pytest.mark.parametrize(
    ("forward", "backward", "settings"),
    [
        (affine_relu_forward, affine_relu_backward, ()),
        (affine_batchnorm_relu_forward, affine_batchnorm_relu_backward, ({"mode": "train"},)),
    ],
    ids=["affine_relu", "affine_batchnorm_relu"],
)
def test_dx_is_left_out_where_it_is_not_needed(arguments, forward, backward, settings):
    out, cache = forward(*(arguments if settings else arguments[:3]), *settings)
    dx, *gradients = backward(out, cache, needs_dx=False)
    assert dx is None
    for found, expected in zip(gradients, backward(out, cache)[1:], strict=True):
        np.testing.assert_array_equal(found, expected)


def test_batchnorm_takes_away_the_gradient_of_the_bias(arguments):
    out, cache = affine_batchnorm_relu_forward(*arguments, {"mode": "train"})
    _, _, db, _, _ = affine_batchnorm_relu_backward(out, cache)
    np.testing.assert_allclose(db, 0, atol=1e-12)  # the batch's mean absorbs it; rounding is left
