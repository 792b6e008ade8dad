"""One notebook under judgement: its cells run in order in a sandbox, as far as the checks ask for."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.errors import SubmissionError
from autograder.grading.draws import Draws
from autograder.grading.options import GradingOptions
from autograder.kernel.kernel import Kernel
from autograder.kernel.student import Student
from autograder.limits import MIB
from autograder.submission.submission import Submission, purpose_of

MAX_KERNELS = 6  # a notebook that kills more kernels than it has exercises is not started again
OBJECTS_A_KERNEL = 1_000_000  # numbers set aside for the objects that one kernel's agent keeps


class NotebookRun:
    """Runs a notebook as far as a check needs it; use as a context manager.

    It is the channel of the Student that the checks talk to: a kernel that died is restarted without
    the cell that killed it.

    Parameters
    ----------
    selected : collection of str
        The graded cells wanted; cells that only serve another one are not run.
    """

    def __init__(self, submission: Submission, options: GradingOptions, draws: Draws):
        course, data = options.course, options.data
        self._course = course
        self._data = data
        self._draws = draws
        self._sealed = options.sandboxed
        selected = set(options.only) or {cell.grade_id for cell in course.cells}
        self._cells = [cell for cell in submission.notebook.cells if _wanted(cell, selected)]
        self._student = Student(self, submission.source)
        self._next = 0  # the index of the first cell that has not been run
        self._killers: set[int] = set()
        self._kernel: Kernel | None = None
        self._kernels = 0
        self._stack = contextlib.ExitStack()
        self._end = time.monotonic() + course.limits.submission
        self.trouble: list[str] = []
        self.peak_memory = 0

    def __enter__(self) -> NotebookRun:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ag-files-"))
        self._files = self._course.write_files(Path(folder))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()
        self._stack.close()

    # What the fixtures of the checks ask for

    def student_at(self, cell: str) -> Student:
        """Return the Student, with the notebook run as far as the test cell of this name."""
        self._live()
        place = next(i for i, node in enumerate(self._cells) if _grade_id(node) == cell)
        while self._next < place:
            self._run(self._next)
            self._next += 1
        return self._student

    @property
    def changed(self) -> list[str]:
        """The functions that changed an argument in place."""
        return sorted(self._student.changed)

    # The channel to the agent

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Carry a request to the agent; see `student.Channel`."""
        if self._left() <= 0:
            raise self._overdue()
        if self._kernel is None or not self._kernel.alive:
            raise SubmissionError("the kernel is gone", "died")
        return self._kernel.request(content, buffers)

    # The notebook

    def _live(self) -> None:
        """Make sure that a kernel is up, having run every cell so far except those that killed one."""
        if self._kernel is not None and self._kernel.alive:
            return
        self._stop()
        if self._kernels >= MAX_KERNELS:
            raise SubmissionError(
                f"the notebook killed {MAX_KERNELS} kernels and is not started again", "died"
            )
        kernel = Kernel(
            self._files, self._data.visible if self._data else None, self._course.limits, self._sealed
        )
        self._kernel = kernel.__enter__()
        self._kernel.install_agent(self._kernels * OBJECTS_A_KERNEL)
        self._kernels += 1
        self._student.begin(self._draws.kernel_seed("notebook"))
        for index in range(self._next):
            self._run(index)

    def _run(self, index: int) -> None:
        """Run one cell and keep its outputs; a cell that kills its kernel is not run again."""
        cell = self._cells[index]
        if cell.cell_type != "code" or _role(cell) == "test" or index in self._killers:
            return
        if self._left() <= 0:
            raise self._overdue()
        limits = self._course.limits
        seconds = min(limits.training if self._trains(cell) else limits.cell, self._left())
        cell.outputs, error = self._kernel.run_cell(cell.source, seconds, self._room())
        if error is not None:
            self.trouble.append(f"{_named(cell, index)}: {error}")
        if not self._kernel.alive:
            self._killers.add(index)
            self._live()

    def _room(self) -> int:
        """Return how much output the notebook may still have, in characters."""
        used = sum(len(json.dumps(cell.get("outputs", []))) for cell in self._cells)
        return self._course.limits.notebook_output * MIB - used

    def _trains(self, cell: NotebookNode) -> bool:
        return purpose_of(cell) in {test.grade_id for test in self._course.tests}

    def _left(self) -> float:
        return self._end - time.monotonic()

    def _overdue(self) -> SubmissionError:
        minutes = self._course.limits.submission / 60
        return SubmissionError(f"the submission used up its {minutes:g} minutes before this check", "timeout")

    def _stop(self) -> None:
        if self._kernel is not None:
            self.peak_memory = max(self.peak_memory, self._kernel.peak_memory)
            self._kernel.__exit__(None, None, None)
            self._kernel = None


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _role(cell: NotebookNode) -> str:
    nbgrader = cell.metadata.get("nbgrader", {})
    return "test" if nbgrader.get("grade") and not nbgrader.get("solution") else ""


def _wanted(cell: NotebookNode, selected: Collection[str]) -> bool:
    purpose = purpose_of(cell)
    return not purpose or purpose in selected


def _named(cell: NotebookNode, index: int) -> str:
    return _grade_id(cell) or f"cell {index + 1}"
