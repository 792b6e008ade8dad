"""A student's FullyConnectedNet with given parameters, as the checks use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograder.checking.values import as_float, require_finite, require_shape
from autograder.checks.dropout.misconceptions import failed, wrong_return
from autograder.checks.dropout.oracle import Statistics, num_layers
from autograder.errors import CheckFailed, SubmissionError
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

NETWORK = "FullyConnectedNet"


class Network:
    """A FullyConnectedNet in the student's kernel, in float64, its dropout unseeded.

    Parameters
    ----------
    params : dict of ndarray
        What its parameters are set to; sizes and batchnorm follow from it.
    p : float
        The probability of keeping; 1.0 for a network without dropout.
    reg : float
        The strength of the weight penalty, which forward and backward have nothing to do with.
    """

    def __init__(self, student: Student, params: Mapping[str, np.ndarray], p: float = 1.0, reg: float = 0.0):
        self._student = student
        self._params = params
        L = num_layers(params)
        self._hidden = [len(params[f"b{i}"]) for i in range(1, L)]
        self._batchnorm = "gamma1" in params
        settings: dict[str, Any] = {
            "input_dim": len(params["W1"]),
            "num_classes": len(params[f"b{L}"]),
            "dropout": p,
            "reg": reg,
        }
        settings |= {"use_batchnorm": self._batchnorm, "dtype": np.float64}
        self._model: Ref = student.call(NETWORK, self._hidden, returns="kept", **settings)
        self._due: list[tuple[Ref, dict[str, Any]]] = [(self._model.attr("params"), dict(params))]

    def forward(self, X: np.ndarray, mode: str = "train") -> tuple[np.ndarray, Ref]:
        """Set every mode, call forward once, and return the scores in float64 and the caches."""
        self._due += [
            (ref, {"mode": mode}) for ref in (self._model.attr("dropout_param"), *self._bn_params())
        ]
        try:
            scores, caches = self._student.call(
                self._model.attr("forward"), X, returns=("array", "kept"), settings=self._due
            )
        except SubmissionError as error:
            raise _not_forward(error) from None
        self._due = []
        require_shape("The scores", scores, (len(X), self._classes), "one row an example, one column a class")
        require_finite("The scores", scores)
        return as_float(scores), caches

    def backward(
        self, dscores: np.ndarray, caches: Ref, required: Iterable[str] = ("W1",)
    ) -> dict[str, np.ndarray]:
        """Call backward and return the gradients in float64.

        Parameters
        ----------
        required : iterable of str
            The gradients that may not be missing. One check requires all; the others W1, to which every
            layer's gradient leads.
        """
        try:
            grads = self._student.call(self._model.attr("backward"), dscores, caches, returns="arrays")
        except SubmissionError as error:
            raise wrong_return(error, "a dict with the gradient of every parameter") from None
        missing = sorted(set(required) - set(grads))
        if missing:
            raise failed(
                f"grads should hold a gradient for every parameter; yours lacks {', '.join(missing)}.",
                "gradients_missing",
            )
        names = [name for name in self._params if name in grads]
        for name in names:
            require_shape(f"grads['{name}']", grads[name], self._params[name].shape, f"params['{name}']")
            require_finite(f"grads['{name}']", grads[name])
        if not any(grads[name].any() for name in names):  # the last bias's is the sum of dscores
            raise CheckFailed("All gradients are zero: start from dscores, the gradient of the scores.")
        return {name: as_float(grads[name]) for name in names}

    def running(self) -> list[Statistics]:
        """Read the running averages that batchnorm has kept."""
        return [
            Statistics(
                *(as_float(self._student.read(ref.item(name))) for name in ("running_mean", "running_var"))
            )
            for ref in self._bn_params()
        ]

    def set_running(self, running: list[Statistics]) -> None:
        """Set the running averages of batchnorm for the next call of forward."""
        self._due += [
            (ref, {"running_mean": statistics.mean, "running_var": statistics.var})
            for ref, statistics in zip(self._bn_params(), running, strict=True)
        ]

    @property
    def _classes(self) -> int:
        return len(self._params[f"b{num_layers(self._params)}"])

    def _bn_params(self) -> list[Ref]:
        return [
            self._model.attr("bn_params").item(i) for i in range(len(self._hidden) if self._batchnorm else 0)
        ]


def _not_forward(error: SubmissionError) -> SubmissionError | CheckFailed:
    """Return the verdict on a call of forward that came to nothing."""
    if error.kind == "unusable":
        return CheckFailed(
            f"{NETWORK} has no usable params, dropout_param or bn_params: keep the constructor and the "
            "attributes that it inherits from FullyConnectedNetBase."
        )
    return wrong_return(error, "the pair (scores, caches)")
