"""A kernel in a sandbox: bubblewrap, limits, signals."""

from __future__ import annotations

from typing import Any

from autograder.sandbox.limits import Limits
from autograder.sandbox.probe import Protection, probe

__all__ = ["Kernel", "Limits", "Protection", "probe"]


def __getattr__(name: str) -> Any:
    """Import the kernel when it is asked for: Jupyter takes seconds, and settings alone need none of it."""
    if name != "Kernel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.sandbox.kernel import Kernel

    return Kernel
