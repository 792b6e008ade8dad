"""A student's dropout_forward and dropout_backward, as the checks use them.

A call without a seed is made without one. Only where that raises KeyError is it repeated with a
fresh seed, so that an answer which insists on a seed loses the points for that, and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.dropout.misconceptions import failed
from autograder.checks.dropout.values import as_float, require_finite, require_shape
from autograder.errors import CheckFailed, SubmissionError
from autograder.student import Ref, Student

# p at which keeping and dropping, x / p and x / (1 - p), and a p of one's own all look different
PROBABILITIES = (0.3, 0.75)
FORWARD, BACKWARD = "dropout_forward", "dropout_backward"


@dataclass(frozen=True)
class Pass:
    """One call of dropout_forward.

    Attributes
    ----------
    x, out : ndarray, same shape, float64
        No entry of x is zero, so an entry of out is zero only where it was dropped.
    kept : ndarray of bool
    cache : Ref or None
        None where the student returned none.
    """

    x: np.ndarray
    p: float
    out: np.ndarray
    kept: np.ndarray
    cache: Ref | None

    @property
    def ratio(self) -> np.ndarray:
        """What x was multiplied by, entry by entry."""
        return self.out / self.x


class Layer:
    """The student's two functions.

    Attributes
    ----------
    needs_seed : bool
        Whether a call without a seed has raised KeyError.
    """

    def __init__(self, student: Student, rng: np.random.Generator):
        self._student = student
        self._rng = rng
        self.needs_seed = False

    def draw(self, *shape: int, dtype: type = np.float64) -> np.ndarray:
        """Draw x or dout: of either sign, from 1 to 2 in size, so that no entry is near zero."""
        size = self._rng.uniform(1, 2, shape)
        return (size * self._rng.choice([-1, 1], shape)).astype(dtype)

    def new_seed(self) -> int:
        """Return a seed: at least 2**30, which no student picks, below 2**31, which every generator takes."""
        return 2**30 + int(self._rng.integers(2**30))

    def forward(self, x: np.ndarray, p: float, mode: str = "train", seed: int | None = None) -> Pass:
        """Call dropout_forward and compare type and shape; raise CheckFailed or SubmissionError."""
        param: dict[str, Any] = {"mode": mode, "p": p} | ({} if seed is None else {"seed": seed})
        try:
            out, cache = self._call(x, param)
        except SubmissionError as error:
            if error.exception != "KeyError" or seed is not None:
                raise
            out, cache = self._call(x, param | {"seed": self.new_seed()})
            self.needs_seed = True
        require_shape("The output", out, x.shape, "x")
        out = as_float(out)
        return Pass(as_float(x), p, out, out != 0, cache)

    def _call(self, x: np.ndarray, param: dict[str, Any]) -> tuple[np.ndarray, Ref | None]:
        try:
            return self._student.call(FORWARD, x, param, returns=("array", "kept"))
        except SubmissionError as error:
            if error.kind != "returned":
                raise
            returned = error
        try:
            return self._student.call(FORWARD, x, param), None
        except SubmissionError:
            raise _named(returned) from None

    def backward(self, dout: np.ndarray, forward: Pass) -> np.ndarray:
        """Call dropout_backward with a pass's cache; compare type and shape and return dx in float64."""
        if forward.cache is None:
            raise failed("dropout_backward needs the cache that dropout_forward returns.", "cache_missing")
        try:
            dx = self._student.call(BACKWARD, dout, forward.cache)
        except SubmissionError as error:
            raise _named(error) from None
        require_shape("dx", dx, dout.shape, "dout")
        require_finite("dx", dx)
        return as_float(dx)

    def require_dropping(self) -> None:
        """Fail unless training drops some units and keeps some.

        Of 200 fair draws at p = 0.3 all are dropped with probability 1e-31, none with 1e-105. A function that
        does nothing is right about p = 1 and about test time too, but it is no answer.
        """
        forward = self.forward(self.draw(10, 20), PROBABILITIES[0])
        if forward.kept.all():
            raise failed(
                "In mode 'train' no output is zero, so this property shows nothing yet.", "no_dropout"
            )
        if not forward.kept.any():
            raise CheckFailed(
                "In mode 'train' every output is zero at p = 0.3: keep a unit where its draw is below p."
            )


def _named(error: SubmissionError) -> SubmissionError | CheckFailed:
    """Name the mistake of returning None; the message is our own side's, not the student's."""
    return failed(f"{error}.", "returns_none") if "returned None" in str(error) else error
