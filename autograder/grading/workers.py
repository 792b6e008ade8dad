"""Dask: work goes to whoever is free, is done again where a worker died, and is set aside after two.

A worker that dies takes the tasks with it that only waited there. So the first death blames nobody: these
tasks are done again at the end, no more of them at a time than there are workers, each by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograder.errors import ConfigError

if TYPE_CHECKING:
    from distributed import Client, Future, Scheduler

AHEAD = 2  # tasks in the scheduler's hands beyond those in work, so that no worker waits for the driver
CONNECT = 30  # seconds

Task = tuple[Any, tuple[Any, ...]]  # a key, and arguments


@contextmanager
def local(jobs: int) -> Iterator[Client]:
    """Start workers on this machine, a process each."""
    from distributed import Client, LocalCluster

    quiet = logging.CRITICAL  # a worker that died is our business, and told at the end
    with (
        LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            memory_limit=0,  # students' memory is not the worker's own, and has a watchdog
            dashboard_address="127.0.0.1:0",  # its HTTP server: no fixed port, nobody else's to reach
            silence_logs=quiet,
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run_on_scheduler(_leave_retries_to_us)
        yield client


@contextmanager
def remote(address: str) -> Iterator[Client]:
    """Connect to a running scheduler; raise ConfigError where none answers."""
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT)
    except (OSError, ValueError) as error:
        raise ConfigError(f"no Dask scheduler answers at {address}: {error}. Is it running?") from error
    with client:
        client.run_on_scheduler(_leave_retries_to_us)
        yield client


def _leave_retries_to_us(dask_scheduler: Scheduler) -> None:
    dask_scheduler.allowed_failures = 0


def run(client: Client, tasks: Iterable[Task], work: Callable[..., Any]) -> Iterator[tuple[Any, Any]]:
    """Call `work` with the arguments of each task, wherever a worker is free.

    Parameters
    ----------
    tasks : iterable of (key, arguments)
        Drawn only as fast as they are worked on.

    Yields
    ------
    (key, outcome)
        As they are done; the outcome is what `work` returned, or the exception that took its place:
        distributed.KilledWorker where two workers died of it.

    Raises
    ------
    ConfigError
        If the scheduler is gone.
    """
    from distributed import KilledWorker

    suspects = []
    for task, outcome in _pass(client, tasks, work, AHEAD):
        if isinstance(outcome, KilledWorker):
            suspects.append(task)
        else:
            yield task[0], outcome
    for task, outcome in _pass(client, suspects, work, 0):
        yield task[0], outcome


def _pass(
    client: Client, tasks: Iterable[Task], work: Callable[..., Any], ahead: int
) -> Iterator[tuple[Task, Any]]:
    """Do each task once, with so many more in the scheduler's hands than there are workers."""
    from distributed import as_completed

    left, running = iter(tasks), as_completed()
    doing: dict[Future[Any], Task] = {}

    def fill() -> None:
        width = max(1, sum(client.nthreads().values())) + ahead
        while len(doing) < width and (task := next(left, None)) is not None:
            future = client.submit(work, *task[1], pure=False)
            doing[future] = task
            running.add(future)

    fill()
    for future in running:
        outcome = _outcome(future)
        task = doing.pop(future)
        fill()
        yield task, outcome


def _outcome(future: Future[Any]) -> Any:
    from distributed import CancelledError

    try:
        return future.result()
    except CancelledError as error:
        raise ConfigError(f"the Dask scheduler is gone: {error}. Start it, and run this again.") from error
    except Exception as error:  # whatever it is, it concerns one submission
        return error
