"""Work on Dask: a task that kills workers is set aside, the others are done."""

import os
from pathlib import Path

import pytest
from distributed import KilledWorker

from autograder.errors import ConfigError
from autograder.grading import workers as engine
from autograder.grading.batch import failed, grade_one
from autograder.grading.options import GradingOptions


def work(folder, number):
    """Leave a mark; then end the worker, fail or return, as the number says."""
    with (Path(folder) / str(number)).open("a") as file:
        file.write("x")
    if number == 3:
        os._exit(1)
    if number == 5:
        raise ValueError("five")
    return number * number


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of ten tasks of which one kills whoever works on it, and how often each was tried."""
    folder = tmp_path_factory.mktemp("marks")
    with engine.local(2) as client:
        tasks = ((number, (str(folder), number)) for number in range(10))
        found = dict(engine.run(client, tasks, work))
    return found, {int(path.name): len(path.read_text()) for path in folder.iterdir()}


def test_every_task_has_an_outcome(outcomes):
    assert sorted(outcomes[0]) == list(range(10))


def test_a_killer_is_set_aside_after_two_workers(outcomes):
    found, tried = outcomes
    assert isinstance(found[3], KilledWorker)
    assert tried[3] == 2


def test_the_others_are_done(outcomes):
    assert {number: found for number, found in outcomes[0].items() if number not in (3, 5)} == {
        number: number * number for number in (0, 1, 2, 4, 6, 7, 8, 9)
    }


def test_an_exception_is_an_outcome(outcomes):
    assert isinstance(outcomes[0][5], ValueError)


def test_a_killer_is_an_internal_error_and_no_zero(outcomes, course):
    result = failed(GradingOptions(course), "ann/dropout", outcomes[0][3]).result
    assert (result.status, result.score) == ("internal_error", None)
    assert "two workers died" in result.output


def test_no_scheduler_is_named(monkeypatch):
    monkeypatch.setattr(engine, "CONNECT", 1)
    with (
        pytest.raises(ConfigError, match="no Dask scheduler answers at tcp://127.0.0.1:9"),
        engine.remote("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_worker_with_other_checks_does_not_grade(course, tmp_path):
    with pytest.raises(ConfigError, match="has other checks than the driver"):
        grade_one(GradingOptions(course, checks_sha256="other"), str(tmp_path / "dropout.ipynb"), b"")


def test_cores_are_shared_out(course, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    shares = [GradingOptions(course).sharing_cores(jobs).course.limits.threads for jobs in (1, 2, 8, 100, 0)]
    assert shares == [8, 4, 1, 1, 1]
