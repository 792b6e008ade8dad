"""What the fixtures of the checks ask the grader for, during one submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from autograder.checking.assignment import Assignment, PreparedData, StandIn
from autograder.grading.collector import ResultCollector
from autograder.grading.draws import Draws
from autograder.grading.notebook_run import NotebookRun
from autograder.kernel.student import Student


class GradingContext:
    """The running notebook, the verdicts so far, and what checks leave for the result.

    Attributes
    ----------
    notes : dict of str to list of str
        Lines for the student, by cell.
    records : dict of str to dict
        Values for the result's `extra_data`, by name.
    """

    def __init__(
        self,
        run: NotebookRun,
        collector: ResultCollector,
        assignment: Assignment,
        data: PreparedData | None,
        draws: Draws,
        start_again: Callable[[PreparedData], AbstractContextManager[NotebookRun]],
    ):
        self._run = run
        self._collector = collector
        self._assignment = assignment
        self._draws = draws
        self._start_again = start_again
        self.data = data
        self.notes: dict[str, list[str]] = {}
        self.records: dict[str, dict[str, Any]] = {}

    def student_at(self, cell: str) -> Student:
        return self._run.student_at(cell)

    def failed(self, cell: str) -> bool:
        return self._collector.failed(cell)

    def stand_in(self, cell: str) -> StandIn | None:
        return self._assignment.stand_ins.get(cell)

    @contextmanager
    def run_again(self, cell: str, data: PreparedData) -> Iterator[Student]:
        with self._start_again(data) as run:
            yield run.student_at(cell)

    def rng(self, check: str) -> np.random.Generator:
        return self._draws.rng(check)

    def kernel_seed(self, check: str) -> int:
        return self._draws.kernel_seed(check)

    def note(self, cell: str, text: str) -> None:
        lines = self.notes.setdefault(cell, [])
        if text not in lines:
            lines.append(text)

    def record(self, name: str, values: dict[str, Any]) -> None:
        self.records.setdefault(name, {}).update(values)
