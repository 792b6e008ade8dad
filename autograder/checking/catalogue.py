"""A catalogue of known mistakes, and the verdicts that are built from it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CheckFailed, ConfigError

KEYS = ("says", "read", "try")
MAX_LINES = (
    12  # of a cell to paste: more would be a program to read, and no longer a look at one's own answer
)


@dataclass(frozen=True)
class Misconception:
    """A known mistake.

    Attributes
    ----------
    says : str
        One sentence: what the mistake is and what to do about it.
    read : str
        The heading in the lesson under which it is explained.
    counterexample : str
        `try` in the file: a cell to paste into the notebook, which prints what should be seen and what is.
    """

    says: str
    read: str
    counterexample: str


class Catalogue(dict[str, Misconception]):
    """The mistakes of one assignment by name, read from a TOML file.

    Raises
    ------
    ConfigError
        If the file is not TOML or an entry is malformed, and later when a check names an unknown mistake.
    """

    def __init__(self, path: Path):
        self._path = path
        try:
            entries = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path} is not TOML: {error}") from None
        super().__init__({name: self._misconception(name, entry) for name, entry in entries.items()})

    def _misconception(self, name: str, entry: Any) -> Misconception:
        if not isinstance(entry, dict) or sorted(entry) != sorted(KEYS):
            found = ", ".join(entry) if isinstance(entry, dict) else repr(entry)
            raise ConfigError(f"{self._path}: [{name}] has {found}; expected exactly {', '.join(KEYS)}")
        if not all(isinstance(entry[key], str) and entry[key].strip() for key in KEYS):
            raise ConfigError(f"{self._path}: [{name}] has an empty value or one that is not text")
        cell = entry["try"].strip()
        if (lines := len(cell.splitlines())) > MAX_LINES:
            raise ConfigError(f"{self._path}: [{name}] has a try of {lines} lines; at most {MAX_LINES} fit")
        return Misconception(entry["says"], entry["read"], cell)

    def __missing__(self, name: str) -> Misconception:
        raise ConfigError(f"a check names the misconception {name!r}, which {self._path} does not have")

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

        Raises
        ------
        ConfigError
            If the catalogue does not have that name.
        """
        if name is None:
            return CheckFailed(f"{found} {otherwise}".strip())
        mistake = self[name]
        return CheckFailed(f'{found} {mistake.says} Read again: "{mistake.read}".', misconception=name)
