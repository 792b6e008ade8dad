"""Many submissions, graded in parallel on Dask."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Course
from autograder.data import Data
from autograder.grading import DEFAULT_SEED, grade
from autograder.results import Result


@dataclass(frozen=True)
class Job:
    """How submissions are to be graded; the same for each of them."""

    course: Course
    data: Data | None = None
    only: tuple[str, ...] = ()
    seed: int = DEFAULT_SEED
    sealed: bool = True

    def grade(self, path: str) -> Result:
        return grade(path, self.course, self.data, self.only, self.seed, self.sealed)


def grade_all(paths: Sequence[str], job: Job, jobs: int = 1) -> Iterator[tuple[int, Result]]:
    """Grade notebooks, `jobs` at a time.

    Yields
    ------
    (index, Result)
        As they are done, which is not their order.
    """
    job = _sharing_cores(job, min(jobs, len(paths)))
    if jobs == 1 or len(paths) == 1:
        yield from ((index, job.grade(path)) for index, path in enumerate(paths))
        return
    from dask.distributed import Client, LocalCluster, as_completed

    absolute = [str(Path(path).absolute()) for path in paths]
    with (
        LocalCluster(
            n_workers=min(jobs, len(paths)), threads_per_worker=1, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        shared = client.scatter(job, broadcast=True)
        futures = {client.submit(_grade, shared, path, pure=False): i for i, path in enumerate(absolute)}
        for future, result in as_completed(futures, with_results=True):
            yield futures[future], replace(result, submission=paths[futures[future]])


def _sharing_cores(job: Job, jobs: int) -> Job:
    """Return the job with an equal share of the machine's cores for each, where no setting says otherwise."""
    threads = job.course.limits.threads or max(1, (os.cpu_count() or 1) // jobs)
    return replace(job, course=replace(job.course, limits=replace(job.course.limits, threads=threads)))


def _grade(job: Job, path: str) -> Result:
    return job.grade(path)
