"""Measuring a trained model from its arrays: what the parameters score, not who trained them.

Nothing of the student's is run. That the arrays are the outcome of the training in the notebook
is not proven by this; that they classify images which never were in the sandbox is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.checks.dropout.oracle import Statistics, forward, num_layers
from autograder.errors import CheckFailed, SubmissionError
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

MODEL = Ref("model")
KEEP_THE_NAMES = (
    "The names are those of FullyConnectedNetBase: W1, b1, with batchnorm gamma1 and beta1, up to WL, bL."
)
ROWS_AT_ONCE = 500  # images: 6 MB of float32, however many there are in all


@dataclass(frozen=True)
class Model:
    """A fully connected network as plain arrays; `running` is empty without batchnorm."""

    params: dict[str, np.ndarray]
    running: list[Statistics]

    def count_right(self, X: np.ndarray, y: np.ndarray) -> int:
        """Count the images whose highest score at test time is their label's; a row with NaN is wrong."""
        return sum(self._right(X[rows], y[rows]) for rows in _slices(len(X)))

    def _right(self, X: np.ndarray, y: np.ndarray) -> int:
        with np.errstate(all="ignore"):
            scores, _ = forward(X, self.params, running=self.running)
        finite = ~np.isnan(scores).any(axis=1)
        return int(np.count_nonzero(finite & (scores.argmax(axis=1) == y)))


def read_model(student: Student, features: int, classes: int) -> Model:
    """Read `model` out of the notebook and check that it is a fully connected network for these images.

    Raises
    ------
    CheckFailed
        If it is not; the message says why.
    """
    params = _read_params(student)
    L = num_layers(params)
    if L == 0:
        raise CheckFailed(
            f"model.params has no W1, so model is not a fully connected network. {KEEP_THE_NAMES}"
        )
    batchnorm = "gamma1" in params
    running = [_read_running(student, i, params) for i in range(1, L)] if batchnorm else []
    _require_chain(params, L, batchnorm, features, classes)
    arrays = [(f"model.params['{name}']", params[name]) for name in _names(L, batchnorm)]
    for i, statistics in enumerate(running):
        arrays += [
            (f"model.bn_params[{i}]['running_{name}']", value) for name, value in statistics._asdict().items()
        ]
    for name, array in arrays:
        if not np.isfinite(array).all():
            raise CheckFailed(
                f"{name} holds NaN or infinity: the training diverged. Lower the learning rate or "
                "weight_scale, and watch the loss that solver prints."
            )
    return Model({name: _precise(params[name]) for name in _names(L, batchnorm)}, running)


def _read_params(student: Student) -> dict[str, np.ndarray]:
    try:
        params = student.read(MODEL.attr("params"), "arrays")
    except SubmissionError as error:
        if error.kind in ("timeout", "died"):
            raise
        raise CheckFailed(_why_unreadable(student, error)) from None
    return {str(name): value for name, value in params.items()}


def _why_unreadable(student: Student, error: SubmissionError) -> str:
    try:
        student.read(MODEL, "kept")
    except SubmissionError:
        return (
            "There is no `model`: the cell that trains it must run without an error and assign a "
            "FullyConnectedNet to `model`."
        )
    if error.kind == "missing":
        return "`model` has no attribute params: assign the trained FullyConnectedNet itself to `model`."
    return f"model.params is not a dict of arrays. {KEEP_THE_NAMES}"


def _read_running(student: Student, i: int, params: dict[str, np.ndarray]) -> Statistics:
    names = ("running_mean", "running_var")
    place = MODEL.attr("bn_params").item(i - 1)
    try:
        arrays = [student.read(place.item(name)) for name in names]
    except SubmissionError as error:
        if error.kind in ("timeout", "died"):
            raise
        raise CheckFailed(
            f"model.bn_params[{i - 1}] has no running averages, so the model was not trained: call "
            "solver.train(), and pass self.bn_params[i - 1] itself to batchnorm_forward."
        ) from None
    for name, array in zip(names, arrays, strict=True):
        _require(array, params[f"W{i}"].shape[-1:], f"model.bn_params[{i - 1}]['{name}']")
    return Statistics(*map(_precise, arrays))


def _require_chain(
    params: dict[str, np.ndarray], L: int, batchnorm: bool, features: int, classes: int
) -> None:
    """Fail unless the shapes are those of a fully connected network from the images to their classes."""
    size = features
    for i in range(1, L + 1):
        W = params[f"W{i}"]
        units = W.shape[-1] if W.ndim == 2 and i < L else classes
        _require(W, (size, units), f"model.params['W{i}']")
        for name in [f"b{i}", *([f"gamma{i}", f"beta{i}"] if batchnorm and i < L else [])]:
            if name not in params:
                raise CheckFailed(f"model.params has no {name}. {KEEP_THE_NAMES}")
            _require(params[name], (units,), f"model.params['{name}']")
        size = units


def _require(array: np.ndarray, expected: tuple[int, ...], name: str) -> None:
    if array.shape != expected:
        raise CheckFailed(
            f"{name} has shape {array.shape}, expected {expected}: `model` must be a FullyConnectedNet "
            "with the default input_dim and num_classes."
        )


def _names(L: int, batchnorm: bool) -> Iterator[str]:
    for i in range(1, L + 1):
        yield from (f"W{i}", f"b{i}")
        if batchnorm and i < L:
            yield from (f"gamma{i}", f"beta{i}")


def _precise(array: np.ndarray) -> np.ndarray:
    """Return the array in the precision that it was trained in, or float64 where that is no float32."""
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _slices(n: int) -> Iterator[slice]:
    for start in range(0, n, ROWS_AT_ONCE):
        yield slice(start, start + ROWS_AT_ONCE)
