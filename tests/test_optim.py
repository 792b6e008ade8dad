"""Test each update rule against its equations written out for single numbers, and on a bowl."""

import math

import numpy as np
import pytest
from nndl.optim import adam, rmsprop, sgd, sgd_momentum, sgd_nesterov

RULES = [sgd, sgd_momentum, sgd_nesterov, rmsprop, adam]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)

GRADIENTS = [0.5, -2.0, 1.5, 0.25]  # of one number, over four steps


def sgd_by_hand(w, gradients, lr):
    for g in gradients:
        w = w - lr * g
    return w


def momentum_by_hand(w, gradients, lr, mu=0.9):
    v = 0.0
    for g in gradients:
        v = mu * v - lr * g
        w = w + v
    return w


def nesterov_by_hand(w, gradients, lr, mu=0.9):
    """Keep the point itself and step from it to the point ahead, where the gradient was taken."""
    v, point = 0.0, w
    for g in gradients:
        v = mu * v - lr * g
        point = point + v
    return point + mu * v


def rmsprop_by_hand(w, gradients, lr):
    size = 0.0
    for g in gradients:
        size = 0.99 * size + 0.01 * g * g
        w = w - lr * g / (math.sqrt(size) + 1e-8)
    return w


def adam_by_hand(w, gradients, lr):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = w - lr * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w


BY_HAND = {
    sgd: sgd_by_hand,
    sgd_momentum: momentum_by_hand,
    sgd_nesterov: nesterov_by_hand,
    rmsprop: rmsprop_by_hand,
    adam: adam_by_hand,
}


def run(rule, w, gradients, **settings):
    """Return w after one step for each of the gradients, and the rule's config."""
    config = dict(settings)
    for dw in gradients:
        w, config = rule(w, dw, config)
    return w, config


@pytest.mark.parametrize(("rule", "by_hand"), BY_HAND.items(), ids=lambda f: f.__name__)
def test_rule_follows_its_equations(rule, by_hand):
    w, _ = run(rule, np.array([3.0]), [np.array([g]) for g in GRADIENTS], learning_rate=0.1)
    assert w[0] == pytest.approx(by_hand(3.0, GRADIENTS, 0.1), rel=1e-12)


@every_rule
def test_rule_has_a_default_for_every_setting(rule):
    w, config = rule(np.array([1.0]), np.array([2.0]))
    assert w[0] < 1
    assert config["learning_rate"] == (1e-3 if rule is adam else 1e-2)


@every_rule
def test_rule_finds_the_bottom_of_a_bowl(rule):
    w, config = np.array([[1.0, -2.0], [0.5, 3.0]]), {"learning_rate": 0.02}
    for _ in range(1000):
        w, config = rule(w, 2 * w, config)
    np.testing.assert_allclose(w, 0, atol=0.02)  # rmsprop keeps stepping by its learning rate


@every_rule
@pytest.mark.parametrize("shape", [(7,), (300, 130), (3, 5, 2), (2, 40_000)], ids=str)
def test_rule_steps_every_entry_of_any_shape(rule, shape):
    rng = np.random.default_rng(3)
    gradients = rng.normal(size=(3, *shape))
    w, _ = run(rule, np.ones(shape), gradients)
    flat, _ = run(rule, np.ones(w.size), gradients.reshape(3, -1))  # (3, ...) -> (3, D)
    np.testing.assert_allclose(w.ravel(), flat, rtol=1e-12)


@every_rule
def test_rule_works_in_place_on_w_alone(rule):
    w, dw = np.ones(5), np.arange(5.0)
    next_w, _ = rule(w, dw)
    assert next_w is w
    np.testing.assert_array_equal(dw, np.arange(5.0))


@every_rule
def test_rule_steps_a_transposed_array(rule):
    w, dw = np.ones((4, 3)).T, np.arange(12.0).reshape(3, 4)
    next_w, _ = rule(w, dw)
    expected, _ = rule(np.ones((3, 4)), dw)
    np.testing.assert_array_equal(next_w, expected)


@every_rule
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_rule_keeps_the_precision_of_w(rule, dtype):
    gradients = np.ones((3, 5))  # float64, as a careless backward pass would return
    w, config = run(rule, np.ones(5, dtype), gradients, learning_rate=np.float64(0.1))
    memory = [value for value in config.values() if isinstance(value, np.ndarray)]
    assert {array.dtype for array in [w, *memory]} == {np.dtype(dtype)}


@every_rule
def test_zero_gradient_leaves_w(rule):
    w, _ = run(rule, np.ones(5), np.zeros((3, 5)))
    np.testing.assert_array_equal(w, 1)


def test_momentum_of_zero_is_sgd():
    gradients = np.random.default_rng(4).normal(size=(3, 5))
    w, _ = run(sgd_momentum, np.ones(5), gradients, momentum=0)
    np.testing.assert_array_equal(w, run(sgd, np.ones(5), gradients)[0])


def test_first_step_of_adam_is_the_learning_rate():
    w, _ = adam(np.zeros(3), np.array([1e-3, -1.0, 1e3]), {"learning_rate": 0.1})
    np.testing.assert_allclose(w, [-0.1, 0.1, -0.1], rtol=1e-4)  # epsilon is 1e-5 of the smallest gradient


@every_rule
@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"learning_rat": 1}, "has no setting learning_rat, expected some of learning_rate"),
        ({"learning_rate": -1}, r"config\['learning_rate'\] is -1, expected a finite number"),
        ({"learning_rate": float("nan")}, "is nan, expected a finite number"),
        ({"learning_rate": "0.1"}, "is '0.1', expected a number"),
    ],
    ids=["unknown", "negative", "nan", "text"],
)
def test_wrong_setting_is_named(rule, config, message):
    with pytest.raises(ValueError, match=message):
        rule(np.ones(3), np.ones(3), config)


@pytest.mark.parametrize(
    ("rule", "name"), [(sgd_momentum, "momentum"), (rmsprop, "decay_rate"), (adam, "beta1"), (adam, "beta2")]
)
def test_memory_that_never_fades_is_refused(rule, name):
    with pytest.raises(ValueError, match=rf"config\['{name}'\] is 1.0, expected a number from 0 to below 1"):
        rule(np.ones(3), np.ones(3), {name: 1})


@every_rule
def test_gradient_of_another_shape_is_refused(rule):
    with pytest.raises(ValueError, match=r"dw has shape \(1, 3\), expected \(3,\), the shape of w"):
        rule(np.ones(3), np.ones((1, 3)))


def test_memory_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"config\['velocity'\] has shape \(2,\), expected \(3,\)"):
        sgd_momentum(np.ones(3), np.ones(3), {"velocity": np.zeros(2)})


@pytest.mark.parametrize(
    ("rule", "theirs", "settings"),
    [
        (sgd_momentum, "SGD", {"momentum": 0.9}),
        (sgd_nesterov, "SGD", {"momentum": 0.9, "nesterov": True}),
        (rmsprop, "RMSprop", {"alpha": 0.99, "eps": 1e-8}),
        (adam, "Adam", {"betas": (0.9, 0.999), "eps": 1e-8}),
    ],
    ids=["sgd_momentum", "sgd_nesterov", "rmsprop", "adam"],
)
def test_rule_agrees_with_pytorch(rule, theirs, settings):
    torch = pytest.importorskip("torch")
    gradients = np.random.default_rng(5).normal(size=(4, 6))
    parameter = torch.ones(6, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, theirs)([parameter], lr=0.1, **settings)
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
    w, _ = run(rule, np.ones(6), gradients, learning_rate=0.1)
    np.testing.assert_allclose(w, parameter.detach().numpy(), rtol=1e-10)
