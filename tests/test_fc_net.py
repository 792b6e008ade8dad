"""Test what FullyConnectedNetBase gives a student: parameters, modes, loss, penalty and clear errors."""

import numpy as np
import pytest
from nndl.fc_net import FullyConnectedNetBase
from nndl.layer_utils import (
    affine_batchnorm_relu_backward,
    affine_batchnorm_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from nndl.layers import affine_backward, affine_forward, softmax_loss
from utils.gradient_check import eval_numerical_gradient, rel_error
from utils.solver import Solver

N, D, C = 4, 6, 3


class Net(FullyConnectedNetBase):
    """A network without dropout, and the modes that each of its forward passes saw."""

    def forward(self, X):
        self.seen = {param["mode"] for param in [self.dropout_param, *self.bn_params]}
        L, caches = self.num_layers, []
        for i in range(1, L):
            W, b = self.params[f"W{i}"], self.params[f"b{i}"]
            if self.use_batchnorm:
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                X, cache = affine_batchnorm_relu_forward(X, W, b, gamma, beta, self.bn_params[i - 1])
            else:
                X, cache = affine_relu_forward(X, W, b)
            caches.append(cache)
        scores, cache = affine_forward(X, self.params[f"W{L}"], self.params[f"b{L}"])
        return scores, [*caches, cache]

    def backward(self, dscores, caches):
        L, grads = self.num_layers, {}
        dout, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, caches[-1])
        for i in range(L - 1, 0, -1):
            if self.use_batchnorm:
                back = affine_batchnorm_relu_backward(dout, caches[i - 1])
                dout, grads[f"W{i}"], grads[f"b{i}"], grads[f"gamma{i}"], grads[f"beta{i}"] = back
            else:
                dout, grads[f"W{i}"], grads[f"b{i}"] = affine_relu_backward(dout, caches[i - 1])
        return grads


@pytest.fixture(autouse=True)
def _weights_are_repeatable():
    np.random.seed(0)


@pytest.fixture
def batch():
    rng = np.random.default_rng(6)
    return rng.normal(size=(N, D)), rng.integers(C, size=N)


def net(hidden_dims=(5, 4), cls=Net, **settings):
    return cls(hidden_dims, **{"input_dim": D, "num_classes": C, "dtype": np.float64} | settings)


def test_parameters_have_the_names_and_shapes_of_the_layers():
    shapes = {name: value.shape for name, value in net().params.items()}
    assert shapes == {"W1": (6, 5), "b1": (5,), "W2": (5, 4), "b2": (4,), "W3": (4, 3), "b3": (3,)}


def test_batchnorm_adds_a_scale_and_a_shift_to_each_hidden_layer():
    params = net(use_batchnorm=True).params
    assert list(params) == ["W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2", "beta2", "W3", "b3"]
    np.testing.assert_array_equal(params["gamma2"], np.ones(4))
    np.testing.assert_array_equal(params["beta2"], np.zeros(4))


def test_defaults_are_those_of_cifar10():
    model = FullyConnectedNetBase([7])
    assert model.params["W1"].shape == (3072, 7)
    assert model.params["W2"].shape == (7, 10)
    assert (model.use_dropout, model.use_batchnorm, model.reg, model.bn_params) == (False, False, 0, [])
    assert {value.dtype for value in model.params.values()} == {np.dtype("f4")}


@pytest.mark.parametrize(("hidden_dims", "layers"), [([], 1), ([5], 2), ((5, 4, 3), 4)], ids=str)
def test_num_layers_counts_the_affine_ones(hidden_dims, layers):
    assert net(hidden_dims).num_layers == layers


def test_weights_have_the_given_scale_and_biases_are_zero():
    params = net([400], input_dim=500, weight_scale=0.02).params
    assert params["W1"].std() == pytest.approx(0.02, rel=0.02)  # 200,000 draws: 12 standard errors
    np.testing.assert_array_equal(params["b1"], np.zeros(400))


def test_weights_come_from_the_global_generator():
    np.random.seed(1)
    first = net().params["W1"]
    np.random.seed(1)
    np.testing.assert_array_equal(net(seed=9).params["W1"], first)


def test_seed_leaves_the_global_generator_alone():
    np.random.seed(1)
    net(seed=9)
    after = np.random.rand()
    np.random.seed(1)
    net()
    assert np.random.rand() == after


@pytest.mark.parametrize(
    ("settings", "param", "used"),
    [
        ({}, {"mode": "train", "p": 1.0}, False),
        ({"dropout": 0.75}, {"mode": "train", "p": 0.75}, True),
        ({"dropout": 0.5, "seed": 0}, {"mode": "train", "p": 0.5, "seed": 0}, True),
        ({"seed": 123}, {"mode": "train", "p": 1.0, "seed": 123}, False),
    ],
    ids=["default", "dropout", "seed-0", "seed-alone"],
)
def test_dropout_param_has_a_seed_only_if_given(settings, param, used):
    model = net(**settings)
    assert model.dropout_param == param
    assert model.use_dropout is used


def test_settings_become_plain_numbers():
    """A np.float64 setting would turn a float32 network into float64."""
    model = net(dropout=np.float64(0.5), reg=np.float64(0.1))
    assert type(model.dropout_param["p"]) is type(model.reg) is float


def test_each_hidden_layer_has_its_own_batchnorm_statistics():
    model = net(use_batchnorm=True)
    assert model.bn_params == [{"mode": "train"}, {"mode": "train"}]
    assert model.bn_params[0] is not model.bn_params[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dropout": 0}, "dropout is 0, expected a number above 0 and at most 1"),
        ({"dropout": 1.5}, "dropout is 1.5, expected"),
        ({"dropout": float("nan")}, "dropout is nan, expected"),
        ({"dropout": None}, "dropout is None, expected"),
        ({"hidden_dims": [5, 0]}, "a size in .* is 0, expected a whole number of 1 or more"),
        ({"hidden_dims": [5.0]}, "a size in .* is 5.0, expected"),
        ({"num_classes": 0}, "is 0, expected"),
        ({"reg": -1}, "reg is -1, expected a finite number"),
        ({"weight_scale": float("inf")}, "weight_scale is inf, expected a finite number"),
        ({"dtype": np.int32}, "dtype is <class 'numpy.int32'>, expected a floating type"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        net(**settings)


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_an_unwritten_method_names_its_exercise(method, batch):
    class Half(Net):
        locals()[method] = getattr(FullyConnectedNetBase, method)

    with pytest.raises(NotImplementedError, match=f"Exercise fc_net: write {method}"):
        net(cls=Half).loss(*batch)


def test_without_labels_the_scores_come_back(batch):
    X, _ = batch
    model = net()
    np.testing.assert_array_equal(model.loss(X), model.forward(X)[0])


def test_loss_is_the_cross_entropy_of_the_scores(batch):
    X, y = batch
    model = net()
    loss, _ = model.loss(X, y)
    assert loss == softmax_loss(model.loss(X), y)[0]
    assert type(loss) is float


@pytest.mark.parametrize(("with_labels", "mode"), [(True, "train"), (False, "test")], ids=["train", "test"])
def test_loss_sets_every_mode(batch, with_labels, mode):
    X, y = batch
    model = net(use_batchnorm=True, dropout=0.5)
    for param in [model.dropout_param, *model.bn_params]:
        param["mode"] = "stale"
    model.loss(X, y if with_labels else None)
    assert model.seen == {mode}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "X", [np.ones((N, D), int), np.ones((N, D), "f4"), np.ones((N, D)).tolist()], ids=type
)
def test_loss_casts_its_input(X, dtype):
    assert net(dtype=dtype).loss(X).dtype == dtype


def test_loss_keeps_its_input(batch):
    X, y = batch
    before = X.copy()
    net().loss(X, y)
    np.testing.assert_array_equal(X, before)


def test_images_are_flattened(batch):
    X, _ = batch
    model = net()
    np.testing.assert_array_equal(model.loss(X.reshape(N, 2, 3, 1)), model.loss(X))  # (N, 6) -> (N, 2, 3, 1)


def test_penalty_is_on_the_weights_alone(batch):
    plain, penalised = net(use_batchnorm=True), net(use_batchnorm=True, reg=0.1)
    penalised.params = plain.params
    (loss, grads), (more, with_penalty) = plain.loss(*batch), penalised.loss(*batch)
    assert more - loss == pytest.approx(0.05 * sum(np.sum(plain.params[f"W{i}"] ** 2) for i in (1, 2, 3)))
    for name in grads:
        extra = 0.1 * plain.params[name] if name.startswith("W") else 0
        np.testing.assert_allclose(with_penalty[name] - grads[name], extra, atol=1e-15)


def test_penalty_leaves_the_arrays_of_backward_alone(batch):
    class Recorded(Net):
        def backward(self, dscores, caches):
            self.returned = super().backward(dscores, caches)
            return dict(self.returned)

    model = net(cls=Recorded, reg=0.1)
    _, grads = model.loss(*batch)
    np.testing.assert_allclose(grads["W1"] - model.returned["W1"], 0.1 * model.params["W1"], atol=1e-15)


@pytest.mark.parametrize("use_batchnorm", [False, True], ids=["plain", "batchnorm"])
def test_gradient_of_the_loss_with_penalty(batch, use_batchnorm):
    model = net(use_batchnorm=use_batchnorm, reg=0.3, weight_scale=0.5)
    _, grads = model.loss(*batch)
    for name, value in model.params.items():
        numerical = eval_numerical_gradient(lambda _: model.loss(*batch)[0], value, verbose=False)
        # Under batchnorm the hidden biases have no gradient; what is left of it is rounding.
        assert rel_error(grads[name], numerical) < 1e-6 or np.abs(grads[name] - numerical).max() < 1e-9


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (None, TypeError, r"forward returned NoneType, expected the pair \(scores, caches\)"),
        (np.zeros((N, C)), TypeError, r"forward returned ndarray, expected the pair"),
        ((np.zeros((N, C + 1)), []), ValueError, r"scores has shape \(4, 4\), expected \(4, 3\)"),
    ],
    ids=["nothing", "scores-alone", "wide-scores"],
)
@pytest.mark.parametrize("with_labels", [True, False], ids=["train", "test"])
def test_what_forward_returns_is_checked(batch, with_labels, wrong, error, message):
    model = net()
    model.forward = lambda X: wrong
    with pytest.raises(error, match=message):
        model.loss(batch[0], batch[1] if with_labels else None)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda grads: None, TypeError, "backward returned NoneType, expected a dict"),
        (lambda grads: {"W1": grads["W1"]}, ValueError, "grads lack W2, W3, b1, b2, b3"),
        (
            lambda grads: grads | {"W2": grads["W2"].T},
            ValueError,
            r"grads\['W2'\] has shape \(4, 5\), expected \(5, 4\)",
        ),
    ],
    ids=["nothing", "incomplete", "transposed"],
)
def test_what_backward_returns_is_checked(batch, wrong, error, message):
    model = net()
    right = model.backward
    model.backward = lambda dscores, caches: wrong(right(dscores, caches))
    with pytest.raises(error, match=message):
        model.loss(*batch)


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adam"])
def test_float32_stays_float32_through_a_whole_training(rule):
    """One float64 array is enough to double the time of everything after it."""
    rng = np.random.default_rng(7)
    X, y = rng.normal(size=(40, D)).astype("f4"), rng.integers(C, size=40)
    model = net(use_batchnorm=True, dtype=np.float32, reg=np.float64(0.1), weight_scale=np.float64(0.1))
    settings = {"optim_config": {"learning_rate": np.float64(1e-2)}, "lr_decay": np.float64(0.9)}
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    Solver(model, data, num_epochs=2, batch_size=10, update_rule=rule, verbose=False, **settings).train()

    scores, caches = model.forward(X)
    grads = model.loss(X, y)[1]
    arrays = [scores, *model.params.values(), *grads.values(), *_arrays(caches), *_arrays(model.bn_params)]
    assert {array.dtype for array in arrays} == {np.dtype("f4")}


def _arrays(tree):
    """Yield every array in nested containers."""
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, (dict, list, tuple)):
        for branch in tree.values() if isinstance(tree, dict) else tree:
            yield from _arrays(branch)
