"""Dask workers: run tasks in parallel, retry those of a worker that died, give up one that two died of.

When a worker dies, every task that waits for it fails too, so the first death does not show which task
is to blame. These tasks are therefore retried after all others, never more of them at a time than there are
workers, so that none waits behind another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.errors import ConfigError

if TYPE_CHECKING:
    from distributed import Client, Future, Scheduler

QUEUED_TASKS = 2  # submitted beyond one per worker, so that no worker waits for the next task
CONNECT_TIMEOUT_S = 30

Key = TypeVar("Key")
Outcome = TypeVar("Outcome")
Task = tuple[Key, tuple[Any, ...]]  # a key, and the arguments of the work


@contextmanager
def local(jobs: int) -> Iterator[Client]:
    """Start `jobs` workers on this machine, each in a process of its own."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            memory_limit=0,  # no limit: a sandbox's memory is not the worker's, and is limited by itself
            dashboard_address="127.0.0.1:0",  # a free port that other machines cannot reach
            silence_logs=logging.CRITICAL,  # `run` reports dead workers
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run_on_scheduler(_disable_retries)
        yield client


@contextmanager
def remote(address: str) -> Iterator[Client]:
    """Connect to a running scheduler; raise ConfigError if none answers."""
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise ConfigError(f"no Dask scheduler answers at {address}: {error}. Is it running?") from error
    with client:
        client.run_on_scheduler(_disable_retries)
        yield client


def _disable_retries(dask_scheduler: Scheduler) -> None:
    dask_scheduler.allowed_failures = 0


def run(
    client: Client, tasks: Iterable[Task[Key]], work: Callable[..., Outcome]
) -> Iterator[tuple[Key, Outcome | Exception]]:
    """Call `work` with the arguments of each task, on the workers.

    Parameters
    ----------
    tasks : iterable of (key, arguments)
        Consumed only as fast as tasks are done.

    Yields
    ------
    (key, outcome)
        In the order in which tasks are done. The outcome is what `work` returned or the exception that it
        raised; distributed.KilledWorker if two workers died of the task.

    Raises
    ------
    ConfigError
        If the connection to the scheduler is lost.
    """
    from distributed import KilledWorker

    suspects = []
    for task, outcome in _run_once(client, tasks, work, QUEUED_TASKS):
        if isinstance(outcome, KilledWorker):
            suspects.append(task)
        else:
            yield task[0], outcome
    for task, outcome in _run_once(client, suspects, work, 0):
        yield task[0], outcome


def _run_once(
    client: Client, tasks: Iterable[Task[Key]], work: Callable[..., Outcome], queued: int
) -> Iterator[tuple[Task[Key], Outcome | Exception]]:
    """Run each task once, with at most `queued` more submitted than there are workers."""
    from distributed import as_completed

    remaining, completed = iter(tasks), as_completed()
    submitted: dict[Future[Outcome], Task[Key]] = {}

    def submit_more() -> None:
        limit = max(1, sum(client.nthreads().values())) + queued
        while len(submitted) < limit and (task := next(remaining, None)) is not None:
            future = client.submit(work, *task[1], pure=False)
            submitted[future] = task
            completed.add(future)

    submit_more()
    for future in completed:
        outcome = _outcome(future)
        task = submitted.pop(future)
        submit_more()
        yield task, outcome


def _outcome(future: Future[Outcome]) -> Outcome | Exception:
    from distributed import CancelledError

    try:
        outcome: Outcome = future.result()
    except CancelledError as error:
        raise ConfigError(
            f"the Dask scheduler is gone: {error}. Start it, and give this command again."
        ) from error
    except Exception as error:  # of one task, whatever it is
        return error
    return outcome
