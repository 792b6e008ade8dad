"""How submissions are to be graded: the same for each of a run, and shipped to the workers."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from autograder.checking.assignment import PreparedData
from autograder.course import Course, ReleasedCell

DEFAULT_SEED = 7919


@dataclass(frozen=True)
class GradingOptions:
    """How submissions are to be graded.

    Attributes
    ----------
    data : PreparedData or None
        The assignment's data; None if it uses none, or if each worker finds and prepares its own.
    only : tuple of str
        The test cells to grade; all if it is empty.
    seed : int
        The random seed for the checks.
    sandboxed : bool
        False runs the student's code without a sandbox.
    checks_sha256 : str
        The digest that a worker's own checks must have, "" for any.
    """

    course: Course
    data: PreparedData | None = None
    only: tuple[str, ...] = ()
    seed: int = DEFAULT_SEED
    sandboxed: bool = True
    checks_sha256: str = ""

    @property
    def cells(self) -> tuple[ReleasedCell, ...]:
        """The test cells to grade; raises ConfigError if `only` names a cell that is not one."""
        return self.course.select(self.only)

    def running_as(self, user: str) -> GradingOptions:
        """Return the options with an account for unsandboxed code, "" for the grader's own."""
        limits = replace(self.course.limits, user=user)
        return replace(self, course=replace(self.course, limits=limits))

    def sharing_cores(self, jobs: int) -> GradingOptions:
        """Return the options with an equal share of a machine's cores, unless a setting says otherwise.

        Parameters
        ----------
        jobs : int
            Submissions graded at a time on a machine; 0 if that is not known, for one thread each.
        """
        threads = self.course.limits.threads or (max(1, (os.cpu_count() or 1) // jobs) if jobs else 1)
        return replace(self, course=replace(self.course, limits=replace(self.course.limits, threads=threads)))
