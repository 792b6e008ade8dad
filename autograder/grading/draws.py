"""The random draws of the checks: each has a generator of its own, so that no check disturbs another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

SMALLEST_KERNEL_SEED = 2**30  # students seed with small numbers, and theirs must not repeat these draws


@dataclass(frozen=True)
class Draws:
    """The draws that follow from one seed."""

    seed: int

    def rng(self, name: str) -> np.random.Generator:
        """Return the generator of a check, by its id; where its file lies makes no difference."""
        digest = hashlib.sha256(name.split("/")[-1].encode()).digest()
        return np.random.default_rng([self.seed, int.from_bytes(digest[:8], "big")])

    def kernel_seed(self, name: str) -> int:
        """Return a seed for NumPy's global generator in the kernel."""
        return SMALLEST_KERNEL_SEED + int(self.rng(name).integers(2**30))
