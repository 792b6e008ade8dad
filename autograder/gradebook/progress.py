"""A class run as a person sees it who waits for it: a progress bar, and a table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograder.grading import workers
from autograder.results import Result

if TYPE_CHECKING:
    from distributed import Client

    from autograder.gradebook.class_run import ClassRun, Plan
    from autograder.grading.options import GradingOptions


def run_plan(class_run: ClassRun, plan: Plan, jobs: int, scheduler: str | None = None) -> list[Result]:
    """Carry out a plan with a progress bar, print a table of the results and return them.

    Parameters
    ----------
    jobs : int
        How many submissions to grade in parallel on this machine.
    scheduler : str or None
        The address of a Dask scheduler, to grade on its workers instead.
    """
    if not plan.size:
        return []
    from rich.console import Console

    from autograder.feedback import terminal
    from autograder.feedback.words import count_statuses

    results: list[Result] = []
    with terminal.progress(Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=plan.size)
        with _workers(class_run, plan, jobs, scheduler) as (options, client):
            for result in class_run.grade(plan, options, client):
                results.append(result)
                progress.update(task, advance=1, description=count_statuses(results))
    results.sort(key=lambda result: result.submission)
    terminal.output().print(terminal.table(results, title=class_run.course.assignment))
    return results


@contextmanager
def _workers(
    class_run: ClassRun, plan: Plan, jobs: int, scheduler: str | None
) -> Iterator[tuple[GradingOptions, Client | None]]:
    """Yield the grading options and the workers, which are None if the plan has nothing to grade."""
    from autograder.checks.registry import prepare_data

    if not plan.to_grade:
        yield class_run.options(), None
    elif scheduler:
        with workers.remote(scheduler) as client:
            yield class_run.options().sharing_cores(0), client
    else:
        jobs = min(jobs, len(plan.to_grade))
        data = prepare_data(class_run.course)  # missing data stops the run here
        with workers.local(jobs) as client:
            yield class_run.options(data).sharing_cores(jobs), client
