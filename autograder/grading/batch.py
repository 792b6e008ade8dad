"""Many submissions on Dask: what a worker is sent, does and sends back."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder.checking.assignment import PreparedData
from autograder.checks.registry import prepare_data
from autograder.course import Course
from autograder.errors import ConfigError
from autograder.grading.options import GradingOptions
from autograder.grading.workers import local, run
from autograder.results import Result
from autograder.startup import leave_out_grammar

ONE_AT_A_TIME = threading.Lock()  # pytest and the environment belong to the process, not to a thread


@dataclass(frozen=True)
class Graded:
    """What a worker sends back.

    Attributes
    ----------
    notebook : dict or None
        The sanitised submission with the outputs of its cells, as a JSON object; None if grading failed.
    worker : str
        Where it was graded.
    """

    result: Result
    notebook: dict[str, Any] | None = field(default=None, repr=False)
    worker: str = ""


def grade_one(options: GradingOptions, path: str, content: bytes | None = None) -> Graded:
    """Grade a submitted file, or what was read of it, in this process.

    Raises
    ------
    ConfigError
        If this worker cannot grade for this course.
    """
    leave_out_grammar()  # saves 1.3 s of processor time at the start of a worker
    from autograder.grading.grade import grade_submission
    from autograder.submission.submission import Submission

    worker = f"{platform.node()}, process {os.getpid()}"
    _require_same_checks(options, worker)
    with ONE_AT_A_TIME:
        submission = Submission.receive(path, options.course, content)
        if options.data is None and not submission.fault:
            options = replace(options, data=_own_data(options.course, worker))
        result = grade_submission(submission, options)
    return Graded(result, submission.notebook, worker)


def grade_all(paths: Sequence[str], options: GradingOptions, jobs: int = 1) -> Iterator[tuple[int, Result]]:
    """Grade notebooks outside any gradebook, `jobs` at a time.

    Yields
    ------
    (index, Result)
        As they are done, which is not their order.
    """
    jobs = min(jobs, len(paths))
    options = options.sharing_cores(jobs)
    if jobs == 1:
        yield from ((index, grade_one(options, path).result) for index, path in enumerate(paths))
        return
    tasks = ((index, (options, str(Path(path).absolute()))) for index, path in enumerate(paths))
    with local(jobs) as client:
        for index, outcome in run(client, tasks, grade_one):
            graded = outcome if isinstance(outcome, Graded) else failed(options, paths[index], outcome)
            yield index, replace(graded.result, submission=paths[index])


def failed(options: GradingOptions, name: str, error: BaseException) -> Graded:
    """Return the internal error of a submission whose worker sent an exception in place of a result.

    Raises
    ------
    ConfigError
        If that is the exception: then no submission can be graded there.
    """
    from distributed import KilledWorker

    from autograder.grading.grade import internal_error

    if isinstance(error, ConfigError):
        raise error
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, KilledWorker):
        reason = "two workers died while they graded it; grade it by itself to find out why"
    return Graded(internal_error(name, options.cells, reason))


def _require_same_checks(options: GradingOptions, worker: str) -> None:
    if options.checks_sha256 and _digest(options.course) != options.checks_sha256:
        raise ConfigError(
            f"{worker} has other checks than the driver; install the same version of this package on both"
        )


@cache
def _digest(course: Course) -> str:
    from autograder.grading.provenance import checks_digest

    return checks_digest(course)


@cache
def _own_data(course: Course, worker: str) -> PreparedData | None:
    try:
        return prepare_data(course)
    except ConfigError as error:
        raise type(error)(f"on {worker}: {error}") from error
