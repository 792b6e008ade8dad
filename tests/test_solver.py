"""Test the training loop on a model so small that every step can be followed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from nndl import optim
from nndl.layers import softmax_loss
from utils.solver import Solver


class Linear:
    """Score x by x W: the smallest model that a Solver takes."""

    def __init__(self):
        self.params = {"W": np.zeros((2, 2))}
        self.batches = []

    def loss(self, X, y=None):
        scores = X @ self.params["W"]
        if y is None:
            return scores
        self.batches.append(X)
        loss, dscores = softmax_loss(scores, y)
        return loss, {"W": X.T @ dscores}


@pytest.fixture
def data():
    rng = np.random.default_rng(8)
    X = rng.normal(size=(60, 2))
    y = (X[:, 0] > X[:, 1]).astype(int)
    return {"X_train": X[:50], "y_train": y[:50], "X_val": X[50:], "y_val": y[50:]}


@pytest.fixture(autouse=True)
def _order_is_repeatable():
    np.random.seed(0)


def train(data, model=None, **settings):
    solver = Solver(
        model or Linear(), data, **{"verbose": False, "batch_size": 10, "num_epochs": 3} | settings
    )
    solver.train()
    return solver


def test_training_learns(data):
    solver = train(data, num_epochs=20, optim_config={"learning_rate": 1.0})
    assert solver.loss_history[-1] < 0.5 * solver.loss_history[0]
    assert solver.best_val_acc >= 0.9


def test_histories_have_one_entry_a_step_and_one_an_epoch(data):
    solver = train(data)
    assert len(solver.loss_history) == 3 * 5
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == 1 + 3


def test_histories_are_plain_numbers(data):
    solver = train(data)
    histories = solver.loss_history + solver.train_acc_history + solver.val_acc_history
    assert {type(value) for value in histories} == {float}


def test_first_loss_is_that_of_the_untrained_model(data):
    assert train(data).loss_history[0] == pytest.approx(np.log(2))


def test_an_epoch_uses_every_example_once(data):
    model = Linear()
    train(data, model, num_epochs=1)
    drawn = np.concatenate(model.batches)
    np.testing.assert_array_equal(np.sort(drawn, axis=0), np.sort(data["X_train"], axis=0))


def test_epochs_have_different_orders(data):
    model = Linear()
    train(data, model, num_epochs=2, batch_size=50)
    assert not np.array_equal(*model.batches)


def test_examples_keep_their_labels(data):
    data["X_train"][:, 0] = data["y_train"]
    model = Linear()
    model.loss = lambda X, y=None: np.eye(2)[X[:, 0].astype(int)] if y is None else _same(X[:, 0], y)
    assert train(data, model).train_acc_history[-1] == 1


def _same(first, second):
    np.testing.assert_array_equal(first, second)
    return 0.0, {"W": np.zeros((2, 2))}


@pytest.mark.parametrize(
    ("batch_size", "steps"), [(50, 1), (20, 2), (1000, 1)], ids=["all", "rest", "too-large"]
)
def test_steps_of_an_epoch(data, batch_size, steps):
    assert len(train(data, num_epochs=1, batch_size=batch_size).loss_history) == steps


def test_no_epochs_only_measures(data):
    solver = train(data, num_epochs=0)
    assert solver.loss_history == []
    assert len(solver.val_acc_history) == len(solver.train_acc_history) == 1
    np.testing.assert_array_equal(solver.model.params["W"], np.zeros((2, 2)))


def test_no_epochs_still_says_what_is_best(data):
    solver = train(data, num_epochs=0)
    assert solver.best_val_acc == solver.val_acc_history[0]
    assert list(solver.best_params) == ["W"]


def test_best_parameters_are_a_copy(data):
    solver = train(data)
    solver.model.params["W"] += 1
    assert not np.array_equal(solver.best_params["W"], solver.model.params["W"])


def test_a_second_call_trains_on(data):
    solver = train(data)
    solver.train()
    assert len(solver.loss_history) == 2 * 3 * 5


def test_the_global_seed_repeats_a_training(data):
    np.random.seed(5)
    first = train(data).loss_history
    np.random.seed(5)
    assert train(data).loss_history == first


def test_another_global_seed_gives_another_training(data):
    np.random.seed(5)
    first = train(data).loss_history
    np.random.seed(6)
    assert train(data).loss_history != first


def test_a_seed_set_by_the_model_does_not_repeat_its_batches(data):
    class Seeding(Linear):
        def loss(self, X, y=None):
            np.random.seed(123)
            return super().loss(X, y)

    model = Seeding()
    train(data, model, num_epochs=2, batch_size=50)
    assert not np.array_equal(*model.batches)


def test_learning_rate_decays_after_each_epoch(data):
    class Slope(Linear):
        def loss(self, X, y=None):
            if y is None:
                return super().loss(X)
            seen.append(self.params["W"].copy())
            return 0.0, {"W": np.ones((2, 2))}

    seen = []
    train(data, Slope(), lr_decay=0.5, batch_size=50, num_epochs=4, optim_config={"learning_rate": 0.8})
    steps = [before[0, 0] - after[0, 0] for before, after in zip(seen, seen[1:], strict=False)]
    assert steps == pytest.approx([0.8, 0.4, 0.2])


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adam"])
def test_update_rules_are_those_of_optim(data, rule):
    model = Linear()
    train(data, model, num_epochs=1, batch_size=50, update_rule=rule)
    _, grads = Linear().loss(data["X_train"], data["y_train"])
    expected, _ = getattr(optim, rule)(np.zeros((2, 2)), grads["W"])
    np.testing.assert_allclose(model.params["W"], expected, rtol=1e-9)  # the examples came in another order


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("shape", [(100_000,), (1000, 200), (3, 5, 7), (2, 40_000)], ids=str)
def test_a_large_parameter_is_stepped_like_a_small_one(rule, shape):
    """The Solver works in blocks; all of an array at once gives the same numbers, to the last bit."""
    gradients = np.random.default_rng(9).normal(size=(3, *shape))
    remaining = iter(gradients)

    class Given:
        params = {"W": np.ones(shape)}

        def loss(self, X, y=None):
            return np.zeros((len(X), 2)) if y is None else (0.0, {"W": next(remaining)})

    data = {"X_train": np.zeros((3, 1)), "y_train": np.zeros(3, int), "X_val": np.zeros((1, 1)), "y_val": [0]}
    solver = Solver(Given(), data, num_epochs=1, batch_size=1, update_rule=rule, verbose=False)
    w, config = np.ones(shape), {}
    for row, dw in enumerate(gradients):
        solver.step([row])
        w, config = getattr(optim, rule)(w, dw, config)
    np.testing.assert_array_equal(solver.model.params["W"], w)


def test_each_parameter_has_its_own_settings(data):
    settings = {"learning_rate": 0.1}
    solver = train(data, update_rule="adam", optim_config=settings)
    assert settings == {"learning_rate": 0.1}
    assert [config["t"] for config in solver.optim_configs["W"]] == [15]


def test_accuracy_is_measured_in_batches():
    model, X = Linear(), np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 0.0]])
    model.params["W"] = np.eye(2)
    solver = Solver(model, {"X_train": X, "y_train": [0, 0, 0], "X_val": X, "y_val": [0, 0, 0]})
    assert solver.check_accuracy(X, np.array([0, 0, 0]), batch_size=2) == 2 / 3


def test_training_accuracy_is_measured_on_a_thousand():
    sizes, data = [], {"X_val": np.zeros((5, 2)), "y_val": np.zeros(5, int)}
    model = Linear()
    model.loss = lambda X, y=None: sizes.append(len(X)) or X
    train(data | {"X_train": np.zeros((1500, 2)), "y_train": np.zeros(1500, int)}, model, num_epochs=0)
    assert sizes == [1000, 5]


def test_verbose_mode_prints_losses_and_accuracies(data, capsys):
    train(data, verbose=True, print_every=10)
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"\d\.\d{6}", "#", line) for line in lines] == [
        "(Iteration 1 / 15) loss: #",
        "(Epoch 0 / 3) train acc: #; val_acc: #",
        "(Epoch 1 / 3) train acc: #; val_acc: #",
        "(Epoch 2 / 3) train acc: #; val_acc: #",
        "(Iteration 11 / 15) loss: #",
        "(Epoch 3 / 3) train acc: #; val_acc: #",
    ]


def test_verbose_mode_prints_what_the_histories_hold(data, capsys):
    solver = train(data, verbose=True)
    out = capsys.readouterr().out
    assert f"(Iteration 1 / 15) loss: {solver.loss_history[0]:.6f}\n" in out
    accuracies = f"train acc: {solver.train_acc_history[3]:.6f}; val_acc: {solver.val_acc_history[3]:.6f}"
    assert f"(Epoch 3 / 3) {accuracies}\n" in out


def test_silent_mode_prints_nothing(data, capsys):
    train(data, verbose=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"update_rule": "Adam"},
            "update_rule is 'Adam', expected one of sgd, sgd_momentum, sgd_nesterov, rmsprop, adam",
        ),
        ({"optim_config": {"lr": 0.1}}, "sgd has no setting lr, expected some of learning_rate"),
        ({"optim_config": {"learning_rate": -1}}, r"config\['learning_rate'\] is -1"),
        ({"num_epochs": -1}, "num_epochs is -1, expected a whole number of 0 or more"),
        ({"num_epochs": 1.5}, "num_epochs is 1.5, expected a whole number"),
        ({"batch_size": 0}, "batch_size is 0, expected a whole number of 1 or more"),
        ({"print_every": 0}, "print_every is 0, expected a whole number of 1 or more"),
        ({"lr_decay": "fast"}, "lr_decay is 'fast', expected a number"),
    ],
    ids=str,
)
def test_wrong_settings_are_named_before_training(data, settings, message):
    with pytest.raises(ValueError, match=message):
        Solver(Linear(), data, **settings)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("y_val"), "expected X_train, y_train, X_val and y_val"),
        (
            lambda data: data.update(y_train=data["y_train"][1:]),
            "50 examples and data.* has 49, expected as many",
        ),
        (
            lambda data: data.update(X_val=[], y_val=[]),
            "0 examples .* expected as many labels as examples, at least one",
        ),
    ],
    ids=["missing", "unequal", "empty"],
)
def test_wrong_data_is_named(data, change, message):
    change(data)
    with pytest.raises(ValueError, match=message):
        Solver(Linear(), data)


@pytest.mark.cifar
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_training_on_all_of_CIFAR10_stays_within_its_memory():  # noqa: N802
    script = """
from nndl.fc_net import FullyConnectedNetBase
from nndl.layers import affine_backward, affine_forward
from utils.data_utils import get_CIFAR10_data
from utils.solver import Solver

class Linear(FullyConnectedNetBase):
    def forward(self, X):
        return affine_forward(X, self.params["W1"], self.params["b1"])

    def backward(self, dscores, cache):
        return dict(zip(("W1", "b1"), affine_backward(dscores, cache)[1:], strict=True))

Solver(Linear([]), get_CIFAR10_data(), num_epochs=1, batch_size=500, verbose=False).train()
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    # 602 MB are the training images themselves, mapped; a copy of them would come to over 1.2 GB.
    assert int(done.stdout) * 1024 < 1.0e9
