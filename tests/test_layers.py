"""Test each layer's values against a second formulation and its gradients against central differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nndl.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)
from utils.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error

# Central differences with h = 1e-5 in float64 are good to about 1e-10 of the function's own size; three
# digits are left for gradient entries that are small beside it.
GRADIENT = 1e-7


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def batchnorm_param(mode, D, rng):
    """Return a bn_param whose running averages are set, as they are at test time."""
    return {"mode": mode, "running_mean": rng.normal(size=D), "running_var": rng.uniform(0.5, 2, size=D)}


def test_affine_is_a_sum_over_features(rng):
    x, w, b = rng.normal(size=(5, 2, 3)), rng.normal(size=(6, 4)), rng.normal(size=4)
    out, _ = affine_forward(x, w, b)
    expected = [[sum(row.ravel() * w[:, j]) + b[j] for j in range(4)] for row in x]
    np.testing.assert_allclose(out, expected, rtol=1e-12)  # sums of 6 terms in another order


@pytest.mark.parametrize("argument", [0, 1, 2], ids=["x", "w", "b"])
def test_affine_gradient(rng, argument):
    arguments = [rng.normal(size=(5, 2, 3)), rng.normal(size=(6, 4)), rng.normal(size=4)]
    out, cache = affine_forward(*arguments)
    dout = rng.normal(size=out.shape)

    def f(value):
        return affine_forward(*arguments[:argument], value, *arguments[argument + 1 :])[0]

    numerical = eval_numerical_gradient_array(f, arguments[argument], dout)
    assert rel_error(affine_backward(dout, cache)[argument], numerical) < GRADIENT


def test_affine_works_in_the_precision_of_its_weights(rng):
    x, w, b = rng.normal(size=(5, 6)), rng.normal(size=(6, 4)).astype("f4"), np.zeros(4, "f4")
    out, cache = affine_forward(x, w, b)
    gradients = affine_backward(out.astype("f8"), cache)
    assert {array.dtype for array in (out, *gradients)} == {np.dtype("f4")}


def test_affine_keeps_its_arguments(rng):
    arguments = rng.normal(size=(5, 6)), rng.normal(size=(6, 4)), rng.normal(size=4)
    before = [array.copy() for array in arguments]
    out, cache = affine_forward(*arguments)
    affine_backward(out, cache)
    for array, copy in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_relu_keeps_what_is_positive():
    out, _ = relu_forward(np.array([[-1.5, 0.0, 2.5]]))
    np.testing.assert_array_equal(out, [[0, 0, 2.5]])


def test_relu_gradient(rng):
    x = rng.choice([-1, 1], size=(4, 5)) * rng.uniform(0.1, 1, size=(4, 5))  # no entry within h of the kink
    out, cache = relu_forward(x)
    dout = rng.normal(size=out.shape)
    numerical = eval_numerical_gradient_array(lambda x: relu_forward(x)[0], x, dout)
    assert rel_error(relu_backward(dout, cache), numerical) < GRADIENT


def test_relu_has_no_gradient_at_zero():
    _, cache = relu_forward(np.zeros(3))
    np.testing.assert_array_equal(relu_backward(np.ones(3), cache), 0)


def test_batchnorm_normalises_each_feature_while_training(rng):
    x, gamma, beta = rng.normal(3, 2, size=(50, 4)), rng.normal(size=4), rng.normal(size=4)
    out, _ = batchnorm_forward(x, gamma, beta, {"mode": "train"})
    expected = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta
    np.testing.assert_allclose(out, expected, rtol=1e-10)


def test_batchnorm_uses_running_averages_at_test_time(rng):
    x, gamma, beta = rng.normal(size=(5, 4)), rng.normal(size=4), rng.normal(size=4)
    param = batchnorm_param("test", 4, rng)
    out, _ = batchnorm_forward(x, gamma, beta, param)
    expected = gamma * (x - param["running_mean"]) / np.sqrt(param["running_var"] + 1e-5) + beta
    np.testing.assert_allclose(out, expected, rtol=1e-10)


def test_batchnorm_leaves_running_averages_at_test_time(rng):
    param = batchnorm_param("test", 4, rng)
    before = param["running_mean"].copy(), param["running_var"].copy()
    batchnorm_forward(rng.normal(size=(5, 4)), np.ones(4), np.zeros(4), param)
    np.testing.assert_array_equal((param["running_mean"], param["running_var"]), before)


def test_batchnorm_averages_batches_with_momentum(rng):
    batches, param = rng.normal(2, 3, size=(3, 20, 4)), {"mode": "train"}
    for batch in batches:
        batchnorm_forward(batch, np.ones(4), np.zeros(4), param)
    weights = 0.1 * 0.9 ** np.arange(2, -1, -1)  # of each batch; 0.9**3 is left of mean 0 and variance 1
    np.testing.assert_allclose(param["running_mean"], weights @ batches.mean(axis=1))
    np.testing.assert_allclose(param["running_var"], weights @ batches.var(axis=1) + 0.9**3)


def test_batchnorm_takes_eps_and_momentum(rng):
    x, param = rng.normal(size=(20, 4)), {"mode": "train", "eps": 0.5, "momentum": 0.25}
    out, _ = batchnorm_forward(x, np.ones(4), np.zeros(4), param)
    np.testing.assert_allclose(out, (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 0.5))
    np.testing.assert_allclose(param["running_mean"], 0.75 * x.mean(axis=0))


def test_batchnorm_of_a_constant_feature_is_beta():
    out, _ = batchnorm_forward(np.full((5, 1), 7.0), np.ones(1), np.array([3.0]), {"mode": "train"})
    np.testing.assert_array_equal(out, 3)


@pytest.mark.parametrize("mode", ["train", "test"])
@pytest.mark.parametrize("argument", [0, 1, 2], ids=["x", "gamma", "beta"])
def test_batchnorm_gradient(rng, argument, mode):
    arguments = [rng.normal(3, 2, size=(6, 4)), rng.normal(size=4), rng.normal(size=4)]
    param = batchnorm_param(mode, 4, rng)
    out, cache = batchnorm_forward(*arguments, param)
    dout = rng.normal(size=out.shape)

    def f(value):
        return batchnorm_forward(*arguments[:argument], value, *arguments[argument + 1 :], param)[0]

    numerical = eval_numerical_gradient_array(f, arguments[argument], dout)
    assert rel_error(batchnorm_backward(dout, cache)[argument], numerical) < GRADIENT


def test_batchnorm_gradient_is_a_projection(rng):
    """The Jacobian of a feature takes away the part along 1 and the part along x_hat."""
    x, gamma, dout = rng.normal(size=(6, 1)), np.array([1.7]), rng.normal(size=(6, 1))
    dx, _, _ = batchnorm_backward(dout, batchnorm_forward(x, gamma, np.zeros(1), {"mode": "train"})[1])
    std = np.sqrt(x.var() + 1e-5)
    x_hat = (x - x.mean()) / std
    jacobian = gamma / std * (np.eye(6) - (np.ones((6, 6)) + x_hat @ x_hat.T) / 6)
    np.testing.assert_allclose(dx, jacobian @ dout, rtol=1e-10)


def test_batchnorm_leaves_its_cache_alone(rng):
    _, cache = batchnorm_forward(rng.normal(size=(6, 4)), np.ones(4), np.zeros(4), {"mode": "train"})
    dout = rng.normal(size=(6, 4))
    np.testing.assert_array_equal(batchnorm_backward(dout, cache)[0], batchnorm_backward(dout, cache)[0])


def test_softmax_loss_is_the_mean_cross_entropy(rng):
    x, y = rng.normal(size=(6, 5)), rng.integers(5, size=6)
    expected = np.mean([np.logaddexp.reduce(row) - row[label] for row, label in zip(x, y, strict=True)])
    assert softmax_loss(x, y)[0] == pytest.approx(expected, rel=1e-12)


def test_softmax_loss_of_even_scores_is_the_logarithm_of_the_classes():
    assert softmax_loss(np.zeros((3, 10)), np.arange(3))[0] == pytest.approx(np.log(10))


def test_softmax_gradient(rng):
    x, y = rng.normal(size=(6, 5)), rng.integers(5, size=6)
    _, dx = softmax_loss(x, y)
    numerical = eval_numerical_gradient(lambda x: softmax_loss(x, y)[0], x, verbose=False)
    assert rel_error(dx, numerical) < GRADIENT


@given(shift=st.floats(-1e6, 1e6))
def test_softmax_ignores_a_shift_of_the_scores(shift):
    x, y = np.array([[1.0, -2.0, 0.5]]), np.array([1])
    # x + shift rounds by 1e-10 where the shift is a million
    assert softmax_loss(x + shift, y)[0] == pytest.approx(softmax_loss(x, y)[0], abs=1e-8)


def test_softmax_survives_large_scores():
    loss, dx = softmax_loss(np.array([[1e4, -1e4]]), np.array([1]))
    assert loss == pytest.approx(2e4)
    np.testing.assert_array_equal(dx, [[1, -1]])


def every_layer_in_float32(rng):
    """Yield each layer's name with all the arrays it makes from float32 arguments."""
    x, w, v = (rng.normal(size=shape).astype("f4") for shape in ((6, 4), (4, 4), (4,)))
    out, cache = affine_forward(x, w, v)
    yield "affine", (out, *affine_backward(out, cache))
    out, cache = relu_forward(x)
    yield "relu", (out, relu_backward(out, cache))
    for mode in ("train", "test"):
        param = {"mode": mode, "eps": np.float64(1e-5), "momentum": np.float64(0.9)}
        out, cache = batchnorm_forward(x, v, v, param)
        gradients = batchnorm_backward(out, cache)
        yield f"batchnorm {mode}", (out, *gradients, param["running_mean"], param["running_var"])
    yield "softmax", softmax_loss(x, np.arange(6) % 4)[1:]


def test_float32_stays_float32(rng):
    found = {name: {str(array.dtype) for array in arrays} for name, arrays in every_layer_in_float32(rng)}
    assert found == dict.fromkeys(found, {"float32"})


X = np.zeros((5, 6))


WRONG_ARGUMENTS = {
    "affine-x": (
        lambda: affine_forward(X, np.zeros((7, 4)), np.zeros(4)),
        r"x has shape \(5, 6\).* expected 7",
    ),
    "affine-b": (
        lambda: affine_forward(X, np.zeros((6, 4)), np.zeros(5)),
        r"b has shape \(5,\), expected \(4,\)",
    ),
    "affine-w": (lambda: affine_forward(X, np.zeros(6), np.zeros(4)), r"w has shape \(6,\), expected two"),
    "affine-flat": (
        lambda: affine_forward(np.zeros(6), np.zeros((6, 4)), np.zeros(4)),
        r"x has shape \(6,\)",
    ),
    "affine-dout": (
        lambda: affine_backward(X, (X, np.zeros((6, 4)), np.zeros(4))),
        r"dout has shape .* expected \(5, 4\)",
    ),
    "relu-dout": (lambda: relu_backward(X[:1], X), r"dout has shape \(1, 6\), expected \(5, 6\)"),
    "gamma": (
        lambda: batchnorm_forward(X, np.ones(5), np.ones(6), {"mode": "train"}),
        r"gamma has shape \(5,\)",
    ),
    "beta": (
        lambda: batchnorm_forward(X, np.ones(6), np.ones(1), {"mode": "train"}),
        r"beta has shape \(1,\)",
    ),
    "empty-batch": (
        lambda: batchnorm_forward(X[:0], np.ones(6), np.ones(6), {"mode": "train"}),
        r"x has shape \(0, 6\)",
    ),
    "unknown-mode": (
        lambda: batchnorm_forward(X, X[0], X[0], {"mode": "Train"}),
        "'Train', expected 'train' or 'test'",
    ),
    "no-mode": (lambda: batchnorm_forward(X, X[0], X[0], {}), "None, expected 'train' or 'test'"),
    "running-mean": (
        lambda: batchnorm_forward(X, X[0], X[0], {"mode": "test", "running_mean": np.zeros(3)}),
        r"running_mean has shape \(3,\), expected \(6,\)",
    ),
    "batchnorm-dout": (lambda: batchnorm_backward(X.T, (X, X[0], X[0], "train")), r"dout has shape \(6, 5\)"),
    "high-label": (lambda: softmax_loss(X, np.full(5, 6)), "labels from 6 to 6, expected 0 to 5"),
    "low-label": (lambda: softmax_loss(X, np.full(5, -1)), "labels from -1 to -1"),
    "label-shape": (lambda: softmax_loss(X, np.zeros((5, 1), int)), r"y has shape \(5, 1\), expected \(5,\)"),
    "label-dtype": (lambda: softmax_loss(X, np.zeros(5)), "dtype float64, expected whole-number labels"),
    "scores": (lambda: softmax_loss(np.zeros(5), np.zeros(5, int)), r"x has shape \(5,\), expected \(N, C\)"),
}


@pytest.mark.parametrize(("call", "message"), WRONG_ARGUMENTS.values(), ids=WRONG_ARGUMENTS)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_affine_and_softmax_agree_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    x, w, b = (torch.tensor(rng.normal(size=s), requires_grad=True) for s in ((6, 4), (4, 5), (5,)))
    y = np.arange(6) % 5
    torch.nn.functional.cross_entropy(x @ w + b, torch.tensor(y)).backward()
    scores, cache = affine_forward(*(t.detach().numpy() for t in (x, w, b)))
    for ours, theirs in zip(affine_backward(softmax_loss(scores, y)[1], cache), (x, w, b), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-10)


def test_batchnorm_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    x, gamma, beta = (torch.tensor(rng.normal(size=s), requires_grad=True) for s in ((6, 4), 4, 4))
    dout = rng.normal(size=(6, 4))
    expected = torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)
    expected.backward(torch.tensor(dout))
    out, cache = batchnorm_forward(*(t.detach().numpy() for t in (x, gamma, beta)), {"mode": "train"})
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-10)
    for ours, theirs in zip(batchnorm_backward(dout, cache), (x, gamma, beta), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)
