"""What a worker is sent, does and sends back: it needs neither the course's folder nor the gradebook."""

from __future__ import annotations

import os
import platform
import threading
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from autograder.course import Course
from autograder.errors import ConfigError
from autograder.results import Result
from autograder.startup import leave_out_grammar

if TYPE_CHECKING:
    from autograder.checks.dropout.images import Data

ONE_AT_A_TIME = threading.Lock()  # pytest and the environment belong to the process, not to a thread


@dataclass(frozen=True)
class Job:
    """How submissions are to be graded; the same for each of them.

    Attributes
    ----------
    data : Data or None
        The prepared images; None where each worker finds and prepares its own.
    seed : int or None
        What the checks' own draws follow from; None for the default.
    checks : str
        The digest that a worker's own checks must have, "" for any.
    """

    course: Course
    data: Data | None = None
    only: tuple[str, ...] = ()
    seed: int | None = None
    sealed: bool = True
    checks: str = ""

    def running_as(self, user: str) -> Job:
        """Return the job with an account for code that no sandbox holds, "" for our own."""
        limits = replace(self.course.limits, user=user)
        return replace(self, course=replace(self.course, limits=limits))

    def sharing_cores(self, jobs: int) -> Job:
        """Return the job with an equal share of a machine's cores, where no setting says otherwise.

        Parameters
        ----------
        jobs : int
            At a time on a machine; 0 where that is not known, for one thread each.
        """
        threads = self.course.limits.threads or (max(1, (os.cpu_count() or 1) // jobs) if jobs else 1)
        return replace(self, course=replace(self.course, limits=replace(self.course.limits, threads=threads)))


@dataclass(frozen=True)
class Graded:
    """What a worker sends back.

    Attributes
    ----------
    notebook : str
        The submission put right, with the outputs of its cells, as JSON; "" where grading failed.
    worker : str
        Where it was graded.
    """

    result: Result
    notebook: str = ""
    worker: str = ""


def grade_one(job: Job, path: str, content: bytes | None = None) -> Graded:
    """Grade a submitted file, or what was read of it.

    Raises
    ------
    ConfigError
        If this worker cannot grade for this course.
    """
    leave_out_grammar()
    import nbformat

    from autograder.grading.grade import DEFAULT_SEED, grade_submission
    from autograder.submission.submission import Submission

    worker = f"{platform.node()}, process {os.getpid()}"
    _check_version(job, worker)
    seed = DEFAULT_SEED if job.seed is None else job.seed
    with ONE_AT_A_TIME:
        submission = Submission.receive(path, job.course, content)
        data = job.data or (None if submission.fault else _own_images(job.course, worker))
        result = grade_submission(submission, job.course, data, job.only, seed, job.sealed)
    return Graded(result, nbformat.writes(submission.notebook), worker)


def _check_version(job: Job, worker: str) -> None:
    if job.checks and _digest(job.course) != job.checks:
        raise ConfigError(
            f"{worker} has other checks than the driver; install the same version of this package on both"
        )


@cache
def _digest(course: Course) -> str:
    return course.checks_digest()


@cache
def _own_images(course: Course, worker: str) -> Data | None:
    from autograder.checks.dropout.images import prepare, uses_images

    try:
        return prepare(course) if uses_images(course) else None
    except ConfigError as error:
        raise type(error)(f"on {worker}: {error}") from error


def failed(job: Job, name: str, error: BaseException) -> Graded:
    """Return what stands for a submission that a worker sent an exception for.

    Raises
    ------
    ConfigError
        If that is what it sent: then no submission can be graded there.
    """
    from distributed import KilledWorker

    from autograder.grading.grade import internal_error

    if isinstance(error, ConfigError):
        raise error
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, KilledWorker):
        reason = "two workers died while they graded it; grade it by itself to find out why"
    return Graded(internal_error(name, job.course.select(job.only), reason))
