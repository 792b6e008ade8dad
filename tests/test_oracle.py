"""The oracle against central differences, and against PyTorch where it is installed."""

import numpy as np
import pytest

from autograder.checks.dropout import oracle

HIDDEN = [(), (5,), (5, 4), (4, 5, 3)]


def network(rng, hidden, batchnorm, N=6, D=4, C=3):
    """Draw X, labels, parameters, and multipliers for every place a mask could stand."""
    sizes, params = [D, *hidden, C], {}
    for i in range(1, len(sizes)):
        params[f"W{i}"] = rng.normal(size=(sizes[i - 1], sizes[i]))
        params[f"b{i}"] = rng.normal(size=sizes[i])
        if batchnorm and i < len(sizes) - 1:
            params[f"gamma{i}"] = rng.uniform(0.5, 2, sizes[i])
            params[f"beta{i}"] = rng.normal(size=sizes[i])
    multipliers = [(rng.random((N, size)) < 0.6) / 0.6 for size in sizes]
    return rng.normal(size=(N, D)), rng.integers(C, size=N), params, multipliers


def central_difference(f, w, h=1e-6):
    """Return df/dw: h balances the rounding of f (1e-16 / h) and the curvature (h**2)."""
    grad = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        old = w[index]
        w[index] = old + h
        above = f()
        w[index] = old - h
        grad[index] = (above - f()) / (2 * h)
        w[index] = old
    return grad


@pytest.mark.parametrize("batchnorm", [False, True], ids=["plain", "batchnorm"])
@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
@pytest.mark.parametrize("dropped", [False, True], ids=["all-kept", "dropped"])
def test_gradients_are_the_central_differences(hidden, batchnorm, dropped):
    X, y, params, multipliers = network(np.random.default_rng(5), hidden, batchnorm)
    multipliers = multipliers if dropped else None
    _, grads = oracle.loss(X, y, params, multipliers, reg=0.3)
    assert set(grads) == set(params)
    for name, w in params.items():
        numerical = central_difference(lambda: oracle.loss(X, y, params, multipliers, reg=0.3)[0], w)
        assert grads[name] == pytest.approx(numerical, abs=1e-7)  # central differences are good to about 1e-9


def test_scores_of_one_unit_by_hand():
    params = {name: np.array([[2.0]]) for name in ("W1", "W2")} | {
        "b1": np.array([1.0]),
        "b2": np.array([-1.0]),
    }
    X = np.array([[3.0], [-3.0], [3.0]])
    mask = np.array([[2.0], [2.0], [0.0]])
    scores, _ = oracle.forward(X, params, [None, mask, None])
    assert scores.ravel().tolist() == [27, -1, -1]  # 2 * (2 * (2 * 3 + 1)) - 1, ReLU shut, dropped


def test_images_are_flattened():
    X, _, params, _ = network(np.random.default_rng(6), (5,), False, D=12)
    scores, _ = oracle.forward(X.reshape(6, 3, 2, 2), params)
    assert np.array_equal(scores, oracle.forward(X, params)[0])


def test_test_time_uses_the_running_averages():
    X, _, params, _ = network(np.random.default_rng(7), (5, 4), True)
    running = [oracle.Statistics(np.full(H, 0.5), np.full(H, 4.0)) for H in (5, 4)]
    together, _ = oracle.forward(X, params, running=running)
    alone, _ = oracle.forward(X[:1], params, running=running)
    assert together[0] == pytest.approx(alone[0], rel=1e-12)  # a row does not depend on its batch


def test_softmax_survives_large_scores():
    value, dscores = oracle.softmax_loss(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([0, 0]))
    assert value == 5e3
    assert dscores.tolist() == [[0, 0], [-0.5, 0.5]]


def test_backward_can_go_through_other_masks():
    X, _, params, multipliers = network(np.random.default_rng(8), (5,), False)
    scores, trace = oracle.forward(X, params, multipliers)
    nothing = oracle.backward(np.ones_like(scores), trace, [None, np.zeros((6, 5)), None])
    assert not nothing["W1"].any()
    assert nothing["W2"].any()


@pytest.mark.parametrize("batchnorm", [False, True], ids=["plain", "batchnorm"])
def test_gradients_are_pytorchs(batchnorm):
    torch = pytest.importorskip("torch", reason="PyTorch is a second opinion, not a dependency")
    X, y, params, multipliers = network(np.random.default_rng(9), (5, 4, 3), batchnorm)
    value, grads = oracle.loss(X, y, params, multipliers)
    P = {name: torch.tensor(w, requires_grad=True) for name, w in params.items()}
    M = [torch.tensor(m) for m in multipliers]
    h = torch.tensor(X) * M[0]
    for i in range(1, 4):
        h = h @ P[f"W{i}"] + P[f"b{i}"]
        if batchnorm:
            h = torch.nn.functional.batch_norm(h, None, None, P[f"gamma{i}"], P[f"beta{i}"], training=True)
        h = torch.relu(h) * M[i]
    answer = torch.nn.functional.cross_entropy((h @ P["W4"] + P["b4"]) * M[4], torch.tensor(y))
    answer.backward()
    assert value == pytest.approx(answer.item(), rel=1e-12)
    for name in params:
        assert grads[name] == pytest.approx(P[name].grad.numpy(), abs=1e-12)
