"""The oracle's gradients for one backward pass, and how exactly others can be compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.checking.values import close
from autograder.checks.dropout.oracle import Trace, backward, magnitudes

Grads = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Expected:
    """What backward must give for a forward pass that is known to the last mask.

    Attributes
    ----------
    dscores : ndarray, shape (N, C)
    trace : Trace
        The oracle's forward pass with the student's masks.
    skip : frozenset of str
        Parameters that are not compared.
    """

    dscores: np.ndarray
    trace: Trace
    skip: frozenset[str] = frozenset()

    @cached_property
    def grads(self) -> Grads:
        return backward(self.dscores, self.trace)

    @cached_property
    def sizes(self) -> dict[str, float]:
        """The largest gradient entry of each layer, before its terms cancel.

        A float32 mask shifts each term by 6e-8, however small their sum is: after some draws batchnorm's
        three terms cancel to a thousandth. The layer's largest (a layer is the last character of a
        name; there are fewer than ten), since before batchnorm a bias has no gradient but rounding.
        """
        sizes: dict[str, float] = {}
        for name, value in magnitudes(self.dscores, self.trace).items():
            sizes[name[-1]] = max(sizes.get(name[-1], 0.0), float(value.max()))
        return sizes

    def wrong(self, found: Grads, candidate: Grads | None = None) -> list[str]:
        """Return the names of gradients that are not within 1e-6 of their layer's size, the last layer first.

        Parameters
        ----------
        candidate : mapping of str to ndarray or None
            What to compare with; the oracle's gradients where it is None.
        """
        expected = self.grads if candidate is None else candidate
        names = [
            n for n in found if n not in self.skip and not close(found[n], expected[n], self.sizes[n[-1]])
        ]
        return sorted(names, key=lambda name: (-int(name[-1]), name))

    def matches(self, found: Grads, candidate: Grads | None = None) -> bool:
        return not self.wrong(found, candidate)
