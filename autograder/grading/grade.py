"""Grading one submission: run it in a sandbox, run the checks on it, and return a Result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograder.checking.assignment import PreparedData
from autograder.checks.registry import checks_folder, load_assignment
from autograder.course import ReleasedCell
from autograder.grading.collector import ResultCollector, run_checks
from autograder.grading.context import GradingContext
from autograder.grading.draws import Draws
from autograder.grading.notebook_run import NotebookRun
from autograder.grading.options import GradingOptions
from autograder.grading.provenance import provenance
from autograder.limits import MIB
from autograder.results import CellResult, Result
from autograder.scoring import cell_score
from autograder.submission.submission import Submission


def grade(path: str | Path, options: GradingOptions) -> Result:
    """Grade one submitted file, whatever it holds; see `grade_submission`."""
    return grade_submission(Submission.receive(path, options.course), options)


def grade_submission(submission: Submission, options: GradingOptions) -> Result:
    """Grade a submission; its notebook keeps the outputs of its cells.

    Returns
    -------
    Result
        "unusable" if what was submitted is no notebook, "internal_error" if the grader failed.

    Raises
    ------
    ConfigError
        If the options name a cell that is not a test cell.
    """
    cells = options.cells
    if submission.fault:
        return unusable(submission, options)
    start, collector, draws = time.monotonic(), ResultCollector(), Draws(options.seed)
    assignment = load_assignment(options.course.assignment)
    try:
        with NotebookRun(submission, options, draws) as run:
            start_again = partial(_start_again, submission, options, draws)
            context = GradingContext(run, collector, assignment, options.data, draws, start_again)
            run_checks(_check_files(options, cells), context, collector)
    except Exception as error:  # internal, whatever it is: the rest of the class goes on
        collector.faults.append(f"{type(error).__name__}: {error}")
    collector.require_verdicts(cells)
    seconds = time.monotonic() - start
    if collector.faults:
        return internal_error(submission.name, cells, "; ".join(collector.faults), seconds)
    return Result(
        submission=submission.name,
        status="graded",
        max_score=sum(cell.points for cell in cells),
        tests=tuple(_cell_result(cell, collector, context) for cell in cells),
        output="\n".join([*submission.notes, *run.cell_errors, *_advice(run)]),
        execution_time=seconds,
        peak_memory=run.peak_memory / MIB,
        extra_data=context.records | {"provenance": provenance(submission, options, draws.seed)},
    )


def _start_again(
    submission: Submission, options: GradingOptions, draws: Draws, data: PreparedData
) -> NotebookRun:
    """Return another run of a submission, with other data, whose outputs are not kept."""
    copy = replace(submission, notebook=deepcopy(submission.notebook))
    return NotebookRun(copy, replace(options, data=data), draws)


def unusable(submission: Submission, options: GradingOptions) -> Result:
    """Return the result of a submission that cannot run: zero for each test cell, with the reason."""
    reason = submission.fault
    cells = tuple(
        CellResult(cell.grade_id, 0.0, cell.points, output=reason, notes=(reason,)) for cell in options.cells
    )
    points = sum(cell.max_score for cell in cells)
    extra = {"provenance": provenance(submission, options, options.seed)}
    return Result(submission.name, "unusable", points, cells, reason, extra_data=extra)


def internal_error(name: str, cells: Sequence[ReleasedCell], reason: str, seconds: float = 0.0) -> Result:
    """Return the result of a submission that the grader failed on: no score at all."""
    return Result(name, "internal_error", sum(cell.points for cell in cells), (), reason, seconds)


def _check_files(options: GradingOptions, cells: Sequence[ReleasedCell]) -> list[Path]:
    """Return the check files of the cells and of those that they build on, in the notebook's order."""
    course = options.course
    stand_ins = load_assignment(course.assignment).stand_ins
    names = {cell.grade_id for cell in cells}
    names |= {need for name in names if name in stand_ins for need in stand_ins[name].needs}
    folder = checks_folder(course.assignment)
    return [folder / f"{cell.grade_id}.py" for cell in course.tests if cell.grade_id in names]


def _cell_result(cell: ReleasedCell, collector: ResultCollector, context: GradingContext) -> CellResult:
    checks = tuple(collector.verdicts.get(cell.grade_id, ()))
    notes = tuple(context.notes.get(cell.grade_id, ()))
    reasons = [f"{check.about} {check.message}" for check in checks if check.status == "failed"]
    output = "\n".join([*notes, *reasons])
    return CellResult(cell.grade_id, cell_score(cell.points, checks), cell.points, checks, output, notes)


def _advice(run: NotebookRun) -> list[str]:
    return [
        f"{name} changes an array it is given; that costs nothing, but surprises callers."
        for name in run.changed
    ]
