"""A student's dropout_forward and dropout_backward, as the checks use them.

A call without a seed is made without one. Only where that raises KeyError is it repeated with a
fresh seed, so that an answer which insists on a seed loses the points for that, and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.values import as_float, require_finite, require_shape
from autograder.checks.dropout.misconceptions import failed, wrong_return
from autograder.errors import CheckFailed, SubmissionError
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

# p at which keeping and dropping, x / p and x / (1 - p), and a p of one's own all look different
PROBABILITIES = (0.3, 0.75)
FORWARD, BACKWARD = "dropout_forward", "dropout_backward"
SETTINGS = "_dropout_param"  # a name of ours in the notebook


@dataclass(frozen=True)
class Pass:
    """One call of dropout_forward.

    Attributes
    ----------
    x, out : ndarray, same shape, float64
        No entry of x is zero, so an entry of out is zero only where it was dropped.
    kept : ndarray of bool
        Where out is not what dropped units come out as.
    dropped : float
        What dropped units come out as: 0, except where a mistaken answer shifts its output.
    cache : Ref or None
        None where the student returned none.
    """

    x: np.ndarray
    p: float
    out: np.ndarray
    kept: np.ndarray
    dropped: float
    cache: Ref | None

    @property
    def ratio(self) -> np.ndarray:
        """What x was multiplied by, entry by entry."""
        return (self.out - self.dropped) / self.x


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
        return _as_pass(x, p, out, cache)

    def forward_with_one_param(self, inputs: list[np.ndarray], p: float) -> list[Pass]:
        """Call dropout_forward on each input with the same dropout_param, as a network does."""
        settings: dict[str, Any] = {"mode": "train", "p": p} | (
            {"seed": self.new_seed()} if self.needs_seed else {}
        )
        self._student.run(f"{SETTINGS} = {settings!r}")
        return [_as_pass(x, p, *self._call(x, Ref(SETTINGS))) for x in inputs]

    def _call(self, x: np.ndarray, param: dict[str, Any] | Ref) -> tuple[np.ndarray, Ref | None]:
        try:
            return self._student.call(FORWARD, x, param, returns=("array", "kept"))
        except SubmissionError as error:
            if error.kind != "returned":
                raise
            returned = error
        try:
            return self._student.call(FORWARD, x, param), None
        except SubmissionError:
            raise wrong_return(returned, "the pair (out, cache)") from None

    def backward(self, dout: np.ndarray, forward: Pass) -> np.ndarray:
        """Call dropout_backward with a pass's cache; compare type and shape and return dx in float64."""
        if forward.cache is None:
            raise failed("dropout_backward needs the cache that dropout_forward returns.", "cache_missing")
        try:
            dx = self._student.call(BACKWARD, dout, forward.cache)
        except SubmissionError as error:
            raise wrong_return(error, "dx alone, an array") from None
        require_shape("dx", dx, dout.shape, "dout")
        require_finite("dx", dx)
        return as_float(dx)

    def require_dropping(self) -> None:
        """Fail unless training drops some units and keeps some, in one call or another.

        A function that does nothing is right about p = 1 and about test time too, but it is no answer. Fair
        draws show both in the first call: 200 of them at p = 0.5 are all alike with probability 1e-60.
        """
        passes = []
        for _ in range(30):  # one coin for a whole call shows both sides but once in 2**29
            passes.append(self.forward(self.draw(10, 20), 0.5))
            if any(one.kept.any() for one in passes) and not all(one.kept.all() for one in passes):
                return
        found = "This can be judged only once training drops units."
        if passes[0].kept.all():
            raise failed(found, "no_dropout")
        raise CheckFailed(
            f"{found} In mode 'train' every output is zero: keep a unit where its draw is below p."
        )


def _as_pass(x: np.ndarray, p: float, out: np.ndarray, cache: Ref | None) -> Pass:
    require_shape("The output", out, x.shape, "x")
    out = as_float(out)
    dropped = _common_value(out) if out.all() else 0.0
    return Pass(as_float(x), p, out, out != dropped, dropped, cache)


def _common_value(out: np.ndarray) -> float:
    """Return the value that many entries share, 0 if there is none: neither x nor x / p has one."""
    values, counts = np.unique(out, return_counts=True)
    return float(values[counts.argmax()]) if counts.max() > max(2, out.size / 20) else 0.0
