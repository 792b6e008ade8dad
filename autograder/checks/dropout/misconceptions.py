"""The catalogue of known mistakes, and the verdicts that are built from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from autograder.errors import CheckFailed


class Misconception(NamedTuple):
    """One sentence on a mistake and what to do about it, and the place in the notebook that explains it."""

    says: str
    read: str


CATALOGUE = {
    name: Misconception(**entry)
    for name, entry in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}


def failed(found: str, name: str | None = None, otherwise: str = "") -> CheckFailed:
    """Build the verdict: what was expected and found, then the known mistake or else a usual cause.

    Parameters
    ----------
    found : str
        Expected and found, in one sentence.
    name : str or None
        The recognised mistake, a key of CATALOGUE.
    otherwise : str
        The next step where no mistake was recognised.
    """
    if name is None:
        return CheckFailed(f"{found} {otherwise}".strip())
    mistake = CATALOGUE[name]
    return CheckFailed(f"{found} {mistake.says} Read again: {mistake.read}.", misconception=name)
