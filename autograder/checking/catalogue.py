"""A catalogue of known mistakes, and the verdicts that are built from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from autograder.errors import CheckFailed


class Misconception(NamedTuple):
    """One sentence on a mistake and what to do about it, and the place in the notebook that explains it."""

    says: str
    read: str


class Catalogue(dict[str, Misconception]):
    """The mistakes of one assignment by name, read from a TOML file."""

    def __init__(self, path: Path):
        entries = tomllib.loads(path.read_text("utf-8"))
        super().__init__({name: Misconception(**entry) for name, entry in entries.items()})

    def failed(self, found: str, name: str | None = None, otherwise: str = "") -> CheckFailed:
        """Build the verdict: what was expected and found, then the known mistake or else a usual cause.

        Parameters
        ----------
        found : str
            Expected and found, in one sentence.
        name : str or None
            The recognised mistake, a name of this catalogue.
        otherwise : str
            The next step where no mistake was recognised.
        """
        if name is None:
            return CheckFailed(f"{found} {otherwise}".strip())
        mistake = self[name]
        return CheckFailed(f"{found} {mistake.says} Read again: {mistake.read}.", misconception=name)
