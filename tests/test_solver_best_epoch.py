"""Test that a training ends with the best of its epochs, on a model that reaches what its script says."""

import numpy as np
import pytest
from utils.solver import Solver


class Scripted:
    """Reach the given validation accuracies one after the other, whatever it learns.

    Its parameter and its batchnorm statistics count the steps taken.
    """

    def __init__(self, accuracies):
        self.params = {"W": np.zeros(1)}
        self.bn_params = [{"mode": "train", "running_mean": np.zeros(1)}]
        self.accuracies = iter(accuracies)

    def loss(self, X, y=None):
        if y is not None:
            self.bn_params[0]["running_mean"] += 1
            return 0.5, {"W": -np.ones(1)}
        right = (
            np.zeros(len(X), int)
            if X[0, 0] == 0
            else np.arange(len(X)) < round(next(self.accuracies) * len(X))
        )
        return np.eye(2)[right.astype(int)]


def scripted_data():
    """Mark validation examples by a 1, and make class 1 the right answer to all of them."""
    return {
        "X_train": np.zeros((4, 1)),
        "y_train": np.ones(4, int),
        "X_val": np.ones((10, 1)),
        "y_val": np.ones(10, int),
    }


def train(model, **settings):
    """Train for three epochs of two steps."""
    solver = Solver(model, scripted_data(), verbose=False, batch_size=2, num_epochs=3, **settings)
    solver.train()
    return solver


def test_model_ends_with_the_parameters_of_its_best_epoch():
    solver = train(Scripted([0.1, 0.3, 0.9, 0.5]), optim_config={"learning_rate": 1.0})
    assert solver.best_val_acc == 0.9
    assert solver.model.params["W"] == solver.best_params["W"] == 4  # best after the second epoch


def test_model_ends_with_the_batchnorm_statistics_of_its_best_epoch():
    solver = train(Scripted([0.1, 0.3, 0.9, 0.5]))
    assert solver.model.bn_params[0]["running_mean"] == 4


def test_first_of_two_best_epochs_wins():
    solver = train(Scripted([0.1, 0.9, 0.9, 0.9]))
    assert solver.model.bn_params[0]["running_mean"] == 2


def test_a_model_that_is_never_right_has_a_best_epoch_too():
    solver = train(Scripted([0, 0, 0, 0]))
    assert solver.best_val_acc == 0
    assert list(solver.best_params) == ["W"]


def test_an_interrupted_training_keeps_its_best_epoch():
    def accuracies():
        yield from (0.2, 0.8, 0.4)
        raise KeyboardInterrupt

    model = Scripted(accuracies())
    with pytest.raises(KeyboardInterrupt):
        train(model)
    assert model.bn_params[0]["running_mean"] == 2
