"""Grading one submission: run it in a sandbox, run the checks on it, say what came of it."""

from __future__ import annotations

import ast
import os
import platform
import time
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.checks.dropout.images import Data
from autograder.course import Course, ReleasedCell
from autograder.grading.collector import Judge, run_checks
from autograder.grading.notebook_run import Trial
from autograder.limits import MIB
from autograder.results import CellResult, Result
from autograder.scoring import cell_score
from autograder.submission.submission import Submission

DEFAULT_SEED = 7919
PACKAGES = ("numpy", "ipykernel", "ipython", "nbgrader", "pytest")

__all__ = ["DEFAULT_SEED", "grade", "grade_submission"]


def grade(
    path: str | Path,
    course: Course,
    data: Data | None = None,
    only: tuple[str, ...] = (),
    seed: int = DEFAULT_SEED,
    sealed: bool = True,
) -> Result:
    """Grade one submitted notebook, whatever is in the file.

    Parameters
    ----------
    data : Data or None
        The prepared images, where the assignment uses any.
    only : tuple of str
        The test cells to grade; all where it is empty.
    seed : int
        What the checks' own draws follow from.
    sealed : bool
        False runs the student's code without a sandbox.

    Returns
    -------
    Result
        "unusable" where the file is no notebook, "internal_error" where the grader failed.

    Raises
    ------
    ConfigError
        If `only` names a cell that is not graded.
    """
    course.select(only)  # before the file: a wrong name is no fault of the submission's
    return grade_submission(Submission.receive(path, course), course, data, only, seed, sealed)


def grade_submission(
    submission: Submission,
    course: Course,
    data: Data | None = None,
    only: tuple[str, ...] = (),
    seed: int = DEFAULT_SEED,
    sealed: bool = True,
) -> Result:
    """Grade a submission that has been read; its notebook keeps the outputs of its cells.  See `grade`."""
    wanted = course.select(only)
    if submission.fault:
        return unusable(submission, course, only, seed, sealed)
    names = {cell.grade_id for cell in wanted} if only else {cell.grade_id for cell in course.cells}
    start, judge = time.monotonic(), Judge()
    try:
        with Trial(submission, course, data, judge, names, seed, sealed) as trial:
            run_checks(_check_files(course, wanted), trial, judge)
    except Exception as error:  # whatever it is, it is ours, and the rest of the class goes on
        judge.faults.append(f"{type(error).__name__}: {error}")
    unjudged = [cell.grade_id for cell in wanted if cell.grade_id not in judge.verdicts]
    if unjudged and not judge.faults:
        judge.faults.append(f"no check ran for {', '.join(unjudged)}")
    if judge.faults:
        return internal_error(submission.name, wanted, "; ".join(judge.faults), time.monotonic() - start)
    extra: dict[str, Any] = {"accuracy": trial.accuracy} if trial.accuracy else {}
    extra["provenance"] = provenance(submission, course, seed, sealed)
    return Result(
        submission=submission.name,
        status="graded",
        max_score=sum(cell.points for cell in wanted),
        tests=tuple(_cell_result(cell, judge, trial) for cell in wanted),
        output="\n".join([*submission.notes, *trial.trouble, *_advice(trial)]),
        execution_time=time.monotonic() - start,
        peak_memory=trial.peak_memory / MIB,
        extra_data=extra,
    )


def unusable(
    submission: Submission, course: Course, only: tuple[str, ...], seed: int, sealed: bool
) -> Result:
    """Return the result of a submission that cannot run: zero for each test cell, with the reason."""
    reason = submission.fault
    cells = tuple(
        CellResult(cell.grade_id, 0.0, cell.points, output=reason, notes=(reason,))
        for cell in course.select(only)
    )
    points = sum(cell.max_score for cell in cells)
    extra = {"provenance": provenance(submission, course, seed, sealed)}
    return Result(submission.name, "unusable", points, cells, reason, extra_data=extra)


def internal_error(name: str, wanted: Iterable[ReleasedCell], reason: str, seconds: float = 0.0) -> Result:
    """Return the result of a submission that we failed to grade: no score at all."""
    return Result(name, "internal_error", sum(cell.points for cell in wanted), (), reason, seconds)


def provenance(submission: Submission, course: Course, seed: int, sealed: bool) -> dict[str, Any]:
    """Return what a result follows from."""
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    return {
        "notebook_sha256": submission.sha256,
        "checks_sha256": course.checks_digest(),
        "versions": versions,
        "seed": seed,
        "threads": course.limits.threads or os.cpu_count(),
        "sandbox": "bubblewrap" if sealed else _unsealed(course.limits.user),
    }


def _unsealed(user: str) -> str:
    return f"none: the network was open, and the code ran as user {user}" if user else "none"


def _check_files(course: Course, wanted: Iterable[ReleasedCell]) -> list[Path]:
    """Return the check files of the cells wanted and of those they build on, in the notebook's order."""
    names = {cell.grade_id for cell in wanted}
    names |= {need for name in names for need in _needs(course.checks / f"{name}.py")}
    return [course.checks / f"{cell.grade_id}.py" for cell in course.tests if cell.grade_id in names]


def _needs(path: Path) -> tuple[str, ...]:
    """Return a check file's NEEDS, read without running it."""
    if not path.is_file():
        return ()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "NEEDS":
            return ast.literal_eval(node.value)
    return ()


def _cell_result(cell: ReleasedCell, judge: Judge, trial: Trial) -> CellResult:
    checks = tuple(judge.verdicts.get(cell.grade_id, ()))
    notes = tuple(trial.notes.get(cell.grade_id, ()))
    reasons = [f"{check.about} {check.message}" for check in checks if check.status == "failed"]
    output = "\n".join([*notes, *reasons])
    return CellResult(cell.grade_id, cell_score(cell.points, checks), cell.points, checks, output, notes)


def _advice(trial: Trial) -> list[str]:
    return [
        f"{name} changes an array it is given; that costs nothing, but surprises callers."
        for name in trial.changed
    ]
