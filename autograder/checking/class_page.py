"""What an assignment may add to the page on a class."""

from __future__ import annotations

from dataclasses import dataclass

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
