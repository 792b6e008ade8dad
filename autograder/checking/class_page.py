"""What an assignment may add to the page on a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from autograder.results import Result


@dataclass(frozen=True)
class ClassRow:
    """One submission of a class.

    Attributes
    ----------
    student : str
        The student's id.
    peak_memory_mib : float or None
        None if it was not measured, as by `nbgrader autograde`.
    """

    student: str
    result: Result
    peak_memory_mib: float | None = None


class FindingKind(IntEnum):
    """Why a person should review a submission; the page lists the kinds in this order."""

    INTERNAL_ERROR = auto()
    INCONSISTENT = auto()
    UNUSABLE = auto()
    BORDERLINE = auto()


@dataclass(frozen=True)
class Finding:
    """A reason to review a submission, in plain text."""

    kind: FindingKind
    text: str


@dataclass(frozen=True)
class Count:
    """A number at the top of the page, and what it counts."""

    number: str
    label: str


@dataclass(frozen=True)
class Panel:
    """A figure with its title.

    Attributes
    ----------
    svg : bytes
        The figure, as `figures.to_svg` returns it.
    alt : str
        What the figure shows, for readers who cannot see it.
    text : str
        What to read from the figure, "" to add nothing.
    """

    title: str
    svg: bytes
    alt: str
    text: str = ""


class ClassPageExtension:
    """Adds nothing to the page; an assignment overrides the methods that it needs."""

    def counts(self, rows: Sequence[ClassRow]) -> Iterable[Count]:
        """Return numbers for the top of the page."""
        return ()

    def panels(self, rows: Sequence[ClassRow]) -> Iterable[Panel]:
        """Return figures, which follow the distribution of the scores."""
        return ()

    def findings(self, row: ClassRow) -> Iterable[Finding]:
        """Return reasons to review one submission."""
        return ()
