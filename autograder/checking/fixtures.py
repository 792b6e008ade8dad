"""The fixtures of hidden checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol

import numpy as np
import pytest

from autograder.checking.assignment import PreparedData, StandIn
from autograder.errors import ConfigError, SubmissionError
from autograder.kernel.student import Student
from autograder.results import Measurement

MEASURED: pytest.StashKey[list[Measurement]] = pytest.StashKey()  # what a check measured, in its pytest item


class CheckContext(Protocol):
    """What the grader knows of the submission whose checks are running."""

    @property
    def data(self) -> PreparedData | None:
        """The assignment's data, None if it was not found or there is none."""

    def student_at(self, cell: str) -> Student:
        """Return the student's side, with the notebook run as far as a test cell."""

    def failed(self, cell: str) -> bool:
        """Tell whether any check of a cell has failed so far."""

    def stand_in(self, cell: str) -> StandIn | None:
        """Return the stand-in that the assignment declares for a cell."""

    def run_again(self, cell: str, data: PreparedData) -> AbstractContextManager[Student]:
        """Run the notebook as far as a test cell in another kernel, with other data."""

    def rng(self, check: str) -> np.random.Generator:
        """Return the generator for a check's own draws."""

    def kernel_seed(self, check: str) -> int:
        """Return the seed for NumPy's global generator in the kernel while a check runs."""

    def note(self, cell: str, text: str) -> None:
        """Add a line for the student to the result of a cell, once."""

    def record(self, name: str, values: dict[str, Any]) -> None:
        """Add values to `extra_data[name]` of the result."""


class Measure(Protocol):
    """Adds a figure and the interval in which it passes to a check's result, and returns both."""

    def __call__(
        self, name: str, value: float, low: float | None = None, high: float | None = None, unit: str = ""
    ) -> Measurement: ...


class CheckFixtures:
    """A pytest plugin with the fixtures of the checks.

    Parameters
    ----------
    context : CheckContext
        The submission whose checks are to run.
    """

    def __init__(self, context: CheckContext):
        self._context = context

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "weight(n): the check's share of its cell's points")

    @pytest.fixture(autouse=True)
    def _quiet_arithmetic(self) -> Iterator[None]:
        """Silence NumPy's warnings: a student's arrays may overflow, and are judged by their values."""
        with np.errstate(all="ignore"):
            yield

    @pytest.fixture
    def cell(self, request: pytest.FixtureRequest) -> str:
        """The name of the graded cell, which is the name of the file of checks."""
        return request.path.stem

    @pytest.fixture
    def student(self, cell: str, request: pytest.FixtureRequest) -> Iterator[Student]:
        """The Student, with the notebook run as far as this cell and NumPy's generator seeded."""
        student = self._context.student_at(cell)
        stand_in = self._context.stand_in(cell)
        failed = list(filter(self._context.failed, stand_in.needs)) if stand_in else []
        if stand_in and failed:
            student.run(stand_in.install)
            reason = f"because of {' and '.join(failed)}"
            self._context.note(cell, f"Graded with a correct {stand_in.name} in place of yours, {reason}.")
        student.begin(self._context.kernel_seed(request.node.nodeid))
        yield student
        if stand_in and failed:
            with suppress(SubmissionError):  # a kernel that has died has nothing to restore
                student.run(stand_in.remove)

    @pytest.fixture
    def run_again(self, cell: str) -> Callable[[PreparedData], AbstractContextManager[Student]]:
        """Return a function that runs the notebook in a new kernel with other data, as far as this cell."""
        return lambda data: self._context.run_again(cell, data)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """A numpy Generator for this check's own draws."""
        return self._context.rng(request.node.nodeid)

    @pytest.fixture
    def data(self) -> PreparedData:
        """The assignment's prepared data."""
        if self._context.data is None:
            raise ConfigError("the assignment's data was not found; run `autograder data`")
        return self._context.data

    @pytest.fixture
    def measure(self, request: pytest.FixtureRequest) -> Measure:
        """Return a function that adds a figure to this check's result; see `Measure`."""
        found = request.node.stash.setdefault(MEASURED, [])

        def measure(
            name: str, value: float, low: float | None = None, high: float | None = None, unit: str = ""
        ) -> Measurement:
            measurement = Measurement(name, float(value) if np.isfinite(value) else None, low, high, unit)
            found.append(measurement)
            return measurement

        return measure

    @pytest.fixture
    def record(self) -> Callable[[str, dict[str, Any]], None]:
        """Return a function that adds a dict to `extra_data[name]` of the result."""
        return self._context.record

    @pytest.fixture
    def note(self, cell: str) -> Callable[[str], None]:
        """Return a function that adds a line for the student to this cell's result, passed or failed."""
        return lambda text: self._context.note(cell, text)
