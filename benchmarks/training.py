"""Time training of the lesson's final network, compared with its matrix products alone.

    python benchmarks/training.py

The network is 3072-600-400-200-50-10 with batchnorm, dropout 0.75 and Adam on batches of 500 in
float32. A step draws the batch, computes loss and gradients, and updates every parameter. An epoch is
the Solver's own, with its accuracy checks, on as many images as CIFAR-10 has for training. No data set is
needed: random images take the same time. The variants take turns, each in a process of its own (see
turns.py), and each ratio is to the matrix products of the same round. The tables show medians, with the
smallest and largest in brackets. PyTorch is included if it is installed.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import textbook
from reporting import ROOT, machine, spread, summary, write_json
from turns import measure

sys.path.insert(0, str(ROOT / "source" / "dropout"))

from nndl.fc_net import FullyConnectedNetBase
from nndl.layer_utils import affine_batchnorm_relu_backward, affine_batchnorm_relu_forward
from nndl.layers import affine_backward, affine_forward
from utils.solver import Solver

HIDDEN = [600, 400, 200, 50]
KEEP = 0.75  # the probability of keeping a unit
BATCH = 500  # examples
RATE = 3e-3  # Adam's learning rate
SETTINGS = {"update_rule": "adam", "optim_config": {"learning_rate": RATE}, "verbose": False}
EXAMPLES = 5000  # 61 MB of images: more than a processor's cache, as CIFAR-10 is
STEPS = 20  # per turn, without a pause

EPOCH = 49_000  # examples of an epoch
CHECKS = 1000  # validation images; the Solver also measures 1000 training images
PRODUCTS, OURS, DRIFT = "matrix products only", "this library", "this library in float64"
TEXTBOOK, TORCH = "textbook NumPy", "PyTorch, eager"


class Net(FullyConnectedNetBase):
    """The lesson's network, with the simplest right dropout."""

    def forward(self, X):
        caches = []
        for i in range(1, self.num_layers):
            W, b, gamma, beta = (self.params[f"{name}{i}"] for name in ("W", "b", "gamma", "beta"))
            X, cache = affine_batchnorm_relu_forward(X, W, b, gamma, beta, self.bn_params[i - 1])
            mask = (np.random.rand(*X.shape) < KEEP).astype(X.dtype) / KEEP
            X = X * mask
            caches.append((cache, mask))
        scores, cache = affine_forward(X, self.params[f"W{i + 1}"], self.params[f"b{i + 1}"])
        return scores, [*caches, cache]

    def backward(self, dscores, caches):
        *hidden, last = caches
        L, grads = self.num_layers, {}
        dout, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, last)
        for i in range(L - 1, 0, -1):
            cache, mask = hidden[i - 1]
            dout, *found = affine_batchnorm_relu_backward(dout * mask, cache, needs_dx=i > 1)
            grads |= {
                f"{name}{i}": value for name, value in zip(("W", "b", "gamma", "beta"), found, strict=True)
            }
        return grads


def products_step(hidden=HIDDEN, batch=BATCH):
    """Return a function that computes the three products of every layer: out, dx and dw."""
    dims = [3072, *hidden, 10]
    outs = [np.ones((batch, size), np.float32) for size in dims]
    weights = [np.ones((D, M), np.float32) for D, M in zip(dims, dims[1:], strict=False)]

    def step():
        for x, w, dout in zip(outs, weights, outs[1:], strict=False):
            x @ w, dout @ w.T, x.T @ dout

    return step


def images(count):
    """Return `count` random images and labels."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((count, 3, 32, 32), dtype=np.float32), rng.integers(10, size=count)


def our_step(dtype=np.float32, hidden=HIDDEN, batch=BATCH):
    """Return a function that trains our network by one batch."""
    X, y = images(EXAMPLES)
    model = Net(hidden, dropout=KEEP, use_batchnorm=True, weight_scale=4e-2, dtype=dtype)
    solver = Solver(model, {"X_train": X, "y_train": y, "X_val": X, "y_val": y}, **SETTINGS)

    def step():
        solver.step(np.random.randint(len(X), size=batch))

    return step


def textbook_step():
    """Return a function that trains the textbook network on one batch."""
    return textbook.step(*images(EXAMPLES), [3072, *HIDDEN, 10], KEEP, BATCH, RATE)


def torch_step():
    """Return a function that trains the same network on one batch in PyTorch; None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    dims, layers = [3072, *HIDDEN, 10], []
    for D, M in zip(dims, dims[1:], strict=False):
        layers += [
            torch.nn.Linear(D, M),
            torch.nn.BatchNorm1d(M),
            torch.nn.ReLU(),
            torch.nn.Dropout(1 - KEEP),
        ]
    model = torch.nn.Sequential(torch.nn.Flatten(), *layers[:-3])  # the last layer is only affine
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    X, y = map(torch.from_numpy, images(EXAMPLES))

    def step():
        rows = torch.randint(len(X), (BATCH,))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()

    return step


def results(seconds):
    """Return each variant's seconds, and their ratios to the products of the same round."""
    products = np.array(seconds[PRODUCTS])
    return {name: {"seconds": np.array(s), "ratio": np.array(s) / products} for name, s in seconds.items()}


def our_epoch(data=None):
    """Return a function that trains our network by an epoch of the Solver, accuracy checks included.

    Parameters
    ----------
    data : dict of ndarray, optional
        What the Solver takes; random images if not given.
    """
    if data is None:
        X, y = images(EPOCH)
        data = {"X_train": X, "y_train": y, "X_val": X[:CHECKS], "y_val": y[:CHECKS]}
    model = Net(HIDDEN, dropout=KEEP, use_batchnorm=True, weight_scale=4e-2)

    def epoch():
        Solver(model, data, num_epochs=1, batch_size=BATCH, **SETTINGS).train()

    return epoch


def products_epoch():
    """Return a function that computes the products of an epoch's steps."""
    step = products_step()

    def epoch():
        for _ in range(EPOCH // BATCH):
            step()

    return epoch


def print_table(title, found, unit, scale):
    """Print a line for each variant."""
    print(f"{title:<22} {unit:>24} {'ratio to products':>24}")
    for name, row in found.items():
        print(f"{name:<22} {spread(scale * row['seconds'], 1):>24} {spread(row['ratio'], 2):>24}")


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=12, help="rounds of steps (default: 12)")
    parser.add_argument("--epochs", type=int, default=5, help="rounds of epochs (default: 5)")
    parser.add_argument("--json", type=Path, default=Path("build/training.json"), help="where the results go")
    arguments = parser.parse_args()

    steps = {
        PRODUCTS: (products_step,),
        OURS: (our_step,),
        DRIFT: (our_step, np.float64),
        TEXTBOOK: (textbook_step,),
        TORCH: (torch_step,),
    }
    by_step = results(measure(steps, arguments.rounds, STEPS))
    print_table("one step", by_step, "milliseconds", 1e3)
    epochs = {PRODUCTS: (products_epoch,), OURS: (our_epoch,)}
    by_epoch = results(measure(epochs, arguments.epochs))
    print()
    print_table("one epoch, with checks", by_epoch, "seconds", 1)
    found = {
        what: {name: {key: summary(values) for key, values in row.items()} for name, row in rows.items()}
        for what, rows in (("step", by_step), ("epoch", by_epoch))
    }
    write_json(arguments.json, {"machine": machine(), "rounds": arguments.rounds, "results": found})


if __name__ == "__main__":
    main()
