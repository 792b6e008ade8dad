"""A kernel in a sandbox: bubblewrap, limits, signals."""

from autograder.sandbox.kernel import Kernel
from autograder.sandbox.limits import Limits
from autograder.sandbox.probe import Protection, probe

__all__ = ["Kernel", "Limits", "Protection", "probe"]
