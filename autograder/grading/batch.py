"""Notebooks graded outside any gradebook, several at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.grading.job import Graded, Job, failed, grade_one
from autograder.grading.workers import local, run
from autograder.results import Result


def grade_all(paths: Sequence[str], job: Job, jobs: int = 1) -> Iterator[tuple[int, Result]]:
    """Grade notebooks, `jobs` at a time.

    Yields
    ------
    (index, Result)
        As they are done, which is not their order.
    """
    jobs = min(jobs, len(paths))
    job = job.sharing_cores(jobs)
    if jobs == 1:
        yield from ((index, grade_one(job, path).result) for index, path in enumerate(paths))
        return
    tasks = ((index, (job, str(Path(path).absolute()))) for index, path in enumerate(paths))
    with local(jobs) as client:
        for index, outcome in run(client, tasks, grade_one):
            graded = outcome if isinstance(outcome, Graded) else failed(job, paths[index], outcome)
            yield index, replace(graded.result, submission=paths[index])
