"""A student's layernorm_forward and layernorm_backward, as the checks use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.values import as_float, close, require_finite, require_shape
from autograder.checks.layernorm import oracle
from autograder.checks.layernorm.misconceptions import failed
from autograder.errors import SubmissionError
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

EPS = 1e-5  # where ln_param has none
# Rows of features of this size have variances near 1000, where eps changes less than one part in 10**8.
LARGE = 50.0


@dataclass(frozen=True)
class Pass:
    """One call of layernorm_forward."""

    x: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    eps: float
    out: np.ndarray
    cache: Ref | None

    @property
    def right(self) -> bool:
        """Whether the output is layer normalisation's."""
        return close(self.out, oracle.forward(self.x, self.gamma, self.beta, self.eps))


class Layer:
    """The student's two functions.

    Attributes
    ----------
    needs_eps : bool
        Whether a call without an eps has raised KeyError; it was repeated with one.
    """

    def __init__(self, student: Student, rng: np.random.Generator):
        self._student = student
        self._rng = rng
        self.needs_eps = False

    def draw(self, N: int, D: int, size: float = 1.0) -> np.ndarray:
        """Draw x or dout, shape (N, D): rows and columns each with a mean and a spread of their own."""
        rows, columns = self._rng.uniform(1, 2, (N, 1)), self._rng.uniform(1, 2, D)
        return size * (rows * columns * self._rng.uniform(-1, 1, (N, D)) + rows - columns)

    def weights(self, D: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw gamma and beta, shape (D,), no two entries of which are alike."""
        return self._rng.uniform(1, 2, D), self._rng.uniform(-3, -1, D)

    def forward(
        self,
        x: np.ndarray,
        gamma: np.ndarray | None = None,
        beta: np.ndarray | None = None,
        eps: float | None = None,
    ) -> Pass:
        """Call layernorm_forward, by default with gamma = 1 and beta = 0, and compare type and shape."""
        gamma = np.ones(x.shape[1], x.dtype) if gamma is None else gamma
        beta = np.zeros(x.shape[1], x.dtype) if beta is None else beta
        out, cache = self._call(x, gamma, beta, {} if eps is None else {"eps": eps})
        require_shape("The output", out, x.shape, "x")
        require_finite("The output", out)
        return Pass(x, gamma, beta, EPS if eps is None else eps, as_float(out), cache)

    def _call(
        self, x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, param: dict[str, float]
    ) -> tuple[np.ndarray, Ref | None]:
        for ln_param in (param, {"eps": EPS} | param):
            try:
                out, cache = self._ask(x, gamma, beta, ln_param)
            except SubmissionError as error:
                if error.exception != "KeyError":
                    raise
                reason = error
            else:
                self.needs_eps |= ln_param != param
                return out, cache
        raise self._name_key_error(reason, x, gamma, beta)

    def _name_key_error(
        self, error: SubmissionError, x: np.ndarray, gamma: np.ndarray, beta: np.ndarray
    ) -> Exception:
        try:
            self._ask(x, gamma, beta, {"eps": EPS, "mode": "train"})
        except SubmissionError:
            return error
        return failed(f"{error}.", "batchnorm_copied")

    def _ask(
        self, x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, ln_param: dict[str, Any]
    ) -> tuple[np.ndarray, Ref | None]:
        arguments = ("layernorm_forward", x, gamma, beta, ln_param)
        try:
            return self._student.call(*arguments, returns=("array", "kept"))
        except SubmissionError as error:
            if error.kind != "returned":
                raise
            returned = error
        try:
            return self._student.call(*arguments), None
        except SubmissionError:
            raise returned from None

    def backward(self, dout: np.ndarray, one: Pass) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Call layernorm_backward with a pass's cache; return (dx, dgamma, dbeta) in float64."""
        grads = self._student.call("layernorm_backward", dout, one.cache, returns=("array",) * 3)
        require_shape("dx", grads[0], one.x.shape, "x")
        for name, grad in zip(("dgamma", "dbeta"), grads[1:], strict=True):
            self._require_one_a_feature(name, grad, dout)
        for name, grad in zip(("dx", "dgamma", "dbeta"), grads, strict=True):
            require_finite(name, grad)
        dx, dgamma, dbeta = map(as_float, grads)
        return dx, dgamma, dbeta

    @staticmethod
    def _require_one_a_feature(name: str, grad: np.ndarray, dout: np.ndarray) -> None:
        N, D = dout.shape
        if grad.shape != (D,):
            found = f"{name} has shape {grad.shape}, expected {(D,)}, one entry for each feature."
            raise failed(found, "sums_over_features" if grad.shape in ((N,), (N, 1)) else None)

    def require_normalising(self) -> None:
        """Fail where the output is x itself or all alike: such a function shows nothing yet."""
        one = self.forward(self.draw(5, 8))
        if close(one.out, one.x):
            raise failed("The output is x itself, so this property shows nothing yet.", "not_normalised")
        if close(one.out, np.broadcast_to(one.out[:1, :1], one.out.shape), scale=1.0):
            swapped = close(one.out, np.ones_like(one.out))  # 0 times the normalised x, plus 1
            raise failed(
                "Every entry of the output is the same.", "gamma_and_beta_swapped" if swapped else None
            )
