"""What is raised if CIFAR-10, or a folder prepared from it, cannot be used for grading."""

from __future__ import annotations

from pathlib import Path


class DataError(RuntimeError):
    """Say which file or folder is wrong, what was found, what was expected, and what to do.

    Attributes
    ----------
    path : str
    found, expected, remedy : str
    """

    def __init__(self, path: Path, found: str, expected: str, remedy: str) -> None:
        super().__init__(f"{path}: {found}, expected {expected}. {remedy}")
        self.path = str(path)
        self.found = found
        self.expected = expected
        self.remedy = remedy
