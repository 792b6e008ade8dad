"""Fixtures of the hidden checks.

They come from a plugin named "trial", which whoever runs the checks registers: it holds the
notebook under judgement and knows which cells failed so far.
"""

from contextlib import suppress

import numpy as np
import pytest

from autograder.errors import SubmissionError


def pytest_configure(config):
    config.addinivalue_line("markers", "weight(n): the check's share of its cell's points")


@pytest.fixture(autouse=True)
def _wild_values():
    """Let what a student returned overflow in silence: it is judged by what comes of it."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def trial(request):
    return request.config.pluginmanager.get_plugin("trial")


@pytest.fixture
def cell(request):
    """The graded cell that this file of checks is named after."""
    return request.path.stem


@pytest.fixture
def student(trial, cell, request):
    """The Student, with the notebook run as far as this cell and NumPy's generator seeded.

    A module's NEEDS names cells whose functions its own cell builds on. Where one of them
    failed, the module's STAND_IN is run in the notebook before the check and its PUT_BACK after it, so that
    no mistake is paid for twice and none is hidden from later cells.
    """
    student = trial.student(cell)
    failed = [name for name in getattr(request.module, "NEEDS", ()) if trial.failed(name)]
    if failed:
        student.run(request.module.STAND_IN)
        trial.note(
            cell, f"Judged with a correct dropout in place of yours, because of {' and '.join(failed)}."
        )
    student.begin(trial.seed_of(request.node.nodeid))
    yield student
    if failed:
        with suppress(SubmissionError):  # a kernel that has died has nothing to put back
            student.run(request.module.PUT_BACK)


@pytest.fixture
def rng(trial, request):
    """A numpy Generator for this check's own draws."""
    return trial.rng(request.node.nodeid)


@pytest.fixture
def exam(trial):
    """The images and labels that X is measured on: `X_val y_val X_held_out y_held_out`, read-only."""
    return trial.exam


@pytest.fixture
def record(trial):
    """Return a function that puts a dict under `extra_data["accuracy"]` of the result."""
    return trial.record_accuracy


@pytest.fixture
def note(trial, cell):
    """Return a function that keeps a line for the student with this cell's result, passed or failed."""
    return lambda text: trial.note(cell, text)
