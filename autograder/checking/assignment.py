"""What an assignment states about itself in `checks/<assignment>/assignment.py`, beside its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from autograder.checking.class_page import ClassPageExtension
from autograder.course import Course


class PreparedData(Protocol):
    """An assignment's data, ready for grading; it is pickled to workers, so it holds paths and no arrays.

    Attributes
    ----------
    name : str
        What the data is called in messages.
    visible : Path
        The folder that a sandbox is given, read-only. What only checks may see is somewhere else.
    variable : str
        The environment variable that tells the notebook where that folder is.
    """

    @property
    def name(self) -> str: ...

    @property
    def visible(self) -> Path: ...

    @property
    def variable(self) -> str: ...


class DataSource(Protocol):
    """Finds an assignment's data on this machine and prepares it for grading."""

    def is_used_by(self, course: Course) -> bool:
        """Tell whether a course's version of the assignment uses the data: a short one may not."""

    def prepare(self, course: Course, download: bool = False, verify: bool = False) -> PreparedData:
        """Return the prepared data.

        Parameters
        ----------
        download : bool
            Whether to download what is not found.
        verify : bool
            Whether to compare every byte of what is prepared with its hash.

        Raises
        ------
        DataNotFoundError
            If the data is not found.
        ConfigError
            If a file of it is missing, short or malformed.
        """


@dataclass(frozen=True)
class StandIn:
    """Correct code that replaces what a student's later answer builds on, while that answer is graded.

    So no mistake costs points twice.

    Attributes
    ----------
    needs : tuple of str
        The graded cells that the answer builds on. The code is used if any check of these failed.
    name : str
        What it replaces, in a sentence: "a correct <name> in place of yours".
    install, remove : str
        Python source that is run in the notebook before and after each check.
    """

    needs: tuple[str, ...]
    name: str
    install: str = field(repr=False)
    remove: str = field(repr=False)


@dataclass(frozen=True)
class Assignment:
    """Everything about an assignment that the grader has to know and that its notebook does not say.

    Attributes
    ----------
    data : DataSource or None
        None for an assignment without data.
    stand_ins : mapping of str to StandIn
        By the graded cell whose checks use it.
    class_page : ClassPageExtension
        What the assignment adds to the page on a class.
    """

    data: DataSource | None = None
    stand_ins: Mapping[str, StandIn] = field(default_factory=dict)
    class_page: ClassPageExtension = field(default_factory=ClassPageExtension)
