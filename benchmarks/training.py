"""Time a training step of the lesson's final network against the matrix products in it.

    python benchmarks/training.py

The network is 3072-600-400-200-50-10 with batchnorm, dropout 0.75 and Adam on batches of 500 in
float32. A step draws the batch, runs loss and gradients, and updates every parameter. No data set is
needed: random images take the same time. Each round times every variant once, one after the
other, and a variant's ratio is to the matrix products of the same round, so that whatever else
the machine does weighs on both. The table shows medians, with the smallest and largest in brackets.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "dropout"))

from nndl.fc_net import FullyConnectedNetBase
from nndl.layer_utils import affine_batchnorm_relu_backward, affine_batchnorm_relu_forward
from nndl.layers import affine_backward, affine_forward
from nndl.optim import adam

HIDDEN = [600, 400, 200, 50]
DIMS = [3072, *HIDDEN, 10]
KEEP = 0.75  # the probability of keeping a unit
BATCH = 500  # examples
RATE = 3e-3  # Adam's learning rate
EXAMPLES = 5000  # 61 MB of images: more than a processor's cache, as CIFAR-10 is
WARM_UP = 3  # rounds that are not counted: first touches of memory, threads starting

PRODUCTS, OURS, DRIFT, TORCH = "matrix products only", "this library", "the same in float64", "PyTorch, eager"


class Net(FullyConnectedNetBase):
    """The lesson's network, with the plainest right dropout."""

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
            dout, *found = affine_batchnorm_relu_backward(dout * mask, cache)
            grads |= {
                f"{name}{i}": value for name, value in zip(("W", "b", "gamma", "beta"), found, strict=True)
            }
        return grads


def products_step():
    """Return a function that does the three products of every layer: out, dx and dw."""
    outs = [np.ones((BATCH, size), np.float32) for size in DIMS]
    weights = [np.ones((D, M), np.float32) for D, M in zip(DIMS, DIMS[1:], strict=False)]

    def step():
        for x, w, dout in zip(outs, weights, outs[1:], strict=False):
            x @ w, dout @ w.T, x.T @ dout

    return step


def our_step(X, y, dtype=np.float32):
    """Return a function that trains our network by one batch."""
    model = Net(HIDDEN, dropout=KEEP, use_batchnorm=True, weight_scale=4e-2, dtype=dtype)
    configs = {name: {"learning_rate": RATE} for name in model.params}

    def step():
        rows = np.random.randint(len(X), size=BATCH)
        _, grads = model.loss(X[rows], y[rows])
        for name, w in model.params.items():
            adam(w, grads[name], configs[name])

    return step


def torch_step(X, y):
    """Return a function that trains the same network in PyTorch by one batch, or None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    layers = []
    for D, M in zip(DIMS, DIMS[1:], strict=False):
        layers += [
            torch.nn.Linear(D, M),
            torch.nn.BatchNorm1d(M),
            torch.nn.ReLU(),
            torch.nn.Dropout(1 - KEEP),
        ]
    model = torch.nn.Sequential(torch.nn.Flatten(), *layers[:-3])  # the last layer is affine alone
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def step():
        rows = torch.randint(len(X), (BATCH,))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()

    return step


def measure(steps, rounds):
    """Return the seconds of every step in every round, a list for each name."""
    seconds = {name: [] for name in steps}
    for _ in tqdm(range(WARM_UP + rounds), desc="rounds", leave=False, disable=None):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    return {name: times[WARM_UP:] for name, times in seconds.items()}


def summary(values):
    """Return the median and the range of a list of numbers."""
    return {"median": float(np.median(values)), "min": float(min(values)), "max": float(max(values))}


def results(seconds):
    """Return for each variant its milliseconds and its ratio to the products of the same round."""
    products = np.array(seconds[PRODUCTS])
    return {
        name: {"milliseconds": summary(1e3 * np.array(times)), "ratio": summary(np.array(times) / products)}
        for name, times in seconds.items()
    }


def print_table(found):
    """Print a line for each variant."""
    print(f"{'one training step':<22} {'milliseconds':>24} {'ratio to products':>24}")
    for name, row in found.items():
        cells = [
            f"{s['median']:.{d}f} ({s['min']:.{d}f} to {s['max']:.{d}f})"
            for s, d in zip(row.values(), (1, 2), strict=True)
        ]
        print(f"{name:<22} {cells[0]:>24} {cells[1]:>24}")


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=30, help="how often each variant is timed (default: 30)"
    )
    parser.add_argument("--json", type=Path, default=Path("build/training.json"), help="where the results go")
    arguments = parser.parse_args()

    rng = np.random.default_rng(0)
    X = rng.standard_normal((EXAMPLES, 3, 32, 32), dtype=np.float32)
    y = rng.integers(10, size=EXAMPLES)
    steps = {
        PRODUCTS: products_step(),
        OURS: our_step(X, y),
        DRIFT: our_step(X, y, np.float64),
        TORCH: torch_step(X, y),
    }
    found = results(measure({name: step for name, step in steps.items() if step}, arguments.rounds))

    print_table(found)
    machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    content = {"rounds": arguments.rounds, "machine": machine, "versions": versions, "results": found}
    arguments.json.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
