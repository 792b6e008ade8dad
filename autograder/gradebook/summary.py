"""A class being graded, as whoever waits for it sees it: a bar with counts, a table at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.feedback.words import count_statuses
from autograder.grading import workers
from autograder.results import Result

if TYPE_CHECKING:
    from distributed import Client

    from autograder.gradebook.class_run import Classroom, Plan
    from autograder.grading.options import GradingOptions


def watch(room: Classroom, plan: Plan, jobs: int, scheduler: str | None) -> list[Result]:
    """Do what a plan says, with a progress bar, and show a table of what came of it."""
    if not len(plan):
        return []
    from rich.console import Console

    from autograder.feedback import terminal

    results: list[Result] = []
    jobs = min(jobs, len(plan.to_grade))
    with terminal.progress(Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=len(plan))
        with _workers(room, plan, jobs, scheduler) as (job, client):
            for result in room.grade(plan, job, client):
                results.append(result)
                progress.update(task, advance=1, description=count_statuses(results))
    results.sort(key=lambda result: result.submission)
    terminal.output().print(terminal.table(results, title=room.course.assignment))
    return results


@contextlib.contextmanager
def _workers(
    room: Classroom, plan: Plan, jobs: int, scheduler: str | None
) -> Iterator[tuple[GradingOptions, Client | None]]:
    """Give the job and the workers for it: none where there is nothing to grade, only to record."""
    from autograder.checks.registry import prepare_data

    if not plan.to_grade:
        yield room.job(), None
    elif scheduler:
        with workers.remote(scheduler) as client:
            yield room.job().sharing_cores(0), client
    else:
        data = prepare_data(room.course)  # missing data stops the run here
        with workers.local(jobs) as client:
            yield room.job(data=data).sharing_cores(jobs), client


def describe(room: Classroom, plan: Plan, results: Sequence[Result]) -> str:
    """Return the last lines of a run."""
    skipped = f"; {len(plan.done)} were unchanged since they were graded" if plan.done else ""
    lines = [f"{len(results)} submissions: {count_statuses(results)}{skipped}."]
    if len(plan):
        lines.append(f"A log of each: {room.journal.log_path('<student>')}")
    return "\n".join(lines)
