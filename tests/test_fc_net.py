"""Test what FullyConnectedNetBase does with an answer: modes, loss, penalty, and clear errors."""

import numpy as np
import pytest
from nndl.fc_net import FullyConnectedNetBase
from nndl.layers import softmax_loss
from plain_net import C, D, N, Net, net
from utils.gradient_check import eval_numerical_gradient, rel_error
from utils.solver import Solver


@pytest.fixture(autouse=True)
def _weights_are_repeatable():
    np.random.seed(0)


@pytest.fixture
def batch():
    rng = np.random.default_rng(6)
    return rng.normal(size=(N, D)), rng.integers(C, size=N)


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_an_unwritten_method_names_its_exercise(method, batch):
    class Half(Net):
        locals()[method] = getattr(FullyConnectedNetBase, method)

    with pytest.raises(NotImplementedError, match=f"Exercise 3: write {method}"):
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
