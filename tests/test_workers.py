"""Dask workers: a task that kills workers is given up, the others are done."""

import os
from pathlib import Path

import pytest
from distributed import KilledWorker

from autograder.errors import ConfigError
from autograder.grading import workers

KILLER, RAISER = 3, 5


def work(folder, number):
    """Note the attempt; then end the worker, raise or return, depending on the number."""
    with (Path(folder) / str(number)).open("a") as file:
        file.write("x")
    if number == KILLER:
        os._exit(1)
    if number == RAISER:
        raise ValueError("five")
    return number * number


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where each task notes its attempts."""
    return tmp_path_factory.mktemp("attempts")


@pytest.fixture(scope="module")
def outcomes(folder):
    """The outcomes of ten tasks on two workers; one of the tasks kills its worker."""
    with workers.local(2) as client:
        tasks = ((number, (str(folder), number)) for number in range(10))
        return dict(workers.run(client, tasks, work))


def test_every_task_has_an_outcome(outcomes):
    assert sorted(outcomes) == list(range(10))


def test_a_killer_is_given_up(outcomes):
    assert isinstance(outcomes[KILLER], KilledWorker)


def test_a_killer_is_tried_on_two_workers(outcomes, folder):
    assert (folder / str(KILLER)).read_text() == "xx"


def test_the_others_are_done(outcomes):
    others = {number: value for number, value in outcomes.items() if number not in (KILLER, RAISER)}
    assert others == {number: number * number for number in (0, 1, 2, 4, 6, 7, 8, 9)}


def test_an_exception_is_an_outcome(outcomes):
    assert isinstance(outcomes[RAISER], ValueError)


def test_no_scheduler_is_named(monkeypatch):
    monkeypatch.setattr(workers, "CONNECT_TIMEOUT_S", 1)
    with (
        pytest.raises(ConfigError, match="no Dask scheduler answers at tcp://127.0.0.1:9"),
        workers.remote("tcp://127.0.0.1:9"),
    ):
        pass
