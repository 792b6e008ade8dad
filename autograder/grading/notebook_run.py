"""One submitted notebook: its cells are run in order in a sandbox, as far as the checks ask for."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.grading.draws import Draws
from autograder.grading.options import GradingOptions
from autograder.kernel.launch import start_kernel
from autograder.kernel.restartable import RestartableKernel
from autograder.kernel.student import Student
from autograder.limits import MIB
from autograder.sandbox.process import SharedData
from autograder.submission.submission import Submission, purpose_of


class NotebookRun:
    """Runs a notebook as far as a check needs it; use as a context manager.

    If a kernel dies, the cells are run again in another one, without the cell that killed it. Each cell keeps
    the outputs of its last run.
    """

    _kernel: RestartableKernel
    _student: Student

    def __init__(self, submission: Submission, options: GradingOptions, draws: Draws):
        self._submission = submission
        self._options = options
        self._limits = options.course.limits
        self._test_cells = {cell.grade_id for cell in options.course.tests}
        selected = set(options.only) or {cell.grade_id for cell in options.course.cells}
        self._cells = [cell for cell in submission.notebook.cells if _is_selected(cell, selected)]
        self._first_seed = draws.kernel_seed("notebook")
        self._next_cell = 0  # the index of the first cell that the current kernel has not run
        self._fatal_cells: set[int] = set()  # indices of the cells that killed a kernel
        self._cell_errors: dict[int, str] = {}
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> NotebookRun:
        """Write the assignment's files into a temporary folder; the submission's time runs from here."""
        folder = self._resources.enter_context(tempfile.TemporaryDirectory(prefix="ag-files-"))
        files = self._options.course.write_files(Path(folder))
        data = self._options.data
        shared = SharedData(data.visible, data.variable) if data else None
        start = partial(start_kernel, files, shared, self._limits, self._options.sandboxed)
        self._kernel = RestartableKernel(start, self._limits.submission)
        self._resources.callback(self._kernel.close)
        self._student = Student(self._kernel, self._submission.source)
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the kernel and remove the folder."""
        self._resources.close()

    def student_at(self, cell: str) -> Student:
        """Run the notebook as far as the test cell of this name, and return the student's functions.

        Raises
        ------
        SubmissionError
            If the submission's time or kernels are used up.
        SandboxError
            If a kernel does not start.
        """
        end = next(i for i, node in enumerate(self._cells) if _grade_id(node) == cell)
        while not self._kernel.alive or self._next_cell < end:
            if self._kernel.alive:
                self._run_cell(self._next_cell)
                self._next_cell += 1
            else:
                self._restart_kernel()
        return self._student

    @property
    def changed(self) -> list[str]:
        """The functions that changed an argument in place."""
        return sorted(self._student.changed)

    @property
    def cell_errors(self) -> list[str]:
        """For each cell that did not end well, its name and why, in the notebook's order."""
        return [self._cell_errors[index] for index in sorted(self._cell_errors)]

    @property
    def peak_memory(self) -> int:
        """The most memory that a kernel was seen to use, in bytes."""
        return self._kernel.peak_memory

    def _restart_kernel(self) -> None:
        """Start a kernel that has not run any cell."""
        self._kernel.restart()
        self._student.begin(self._first_seed)
        self._next_cell = 0

    def _run_cell(self, index: int) -> None:
        """Run one cell and keep its outputs, unless it is a test cell or has killed a kernel before."""
        cell = self._cells[index]
        if cell.cell_type != "code" or _is_test(cell) or index in self._fatal_cells:
            return
        timeout_s = self._limits.training if self._serves_a_test(cell) else self._limits.cell
        cell.outputs, error = self._kernel.run_cell(cell.source, timeout_s, self._output_left())
        if error is not None:
            self._cell_errors[index] = f"{_grade_id(cell) or f'cell {index + 1}'}: {error}"
        if not self._kernel.alive:
            self._fatal_cells.add(index)

    def _serves_a_test(self, cell: NotebookNode) -> bool:
        return purpose_of(cell) in self._test_cells

    def _output_left(self) -> int:
        """Return how many characters of output the notebook may still have."""
        used = sum(len(json.dumps(cell.get("outputs", []))) for cell in self._cells)
        return self._limits.notebook_output * MIB - used


def _nbgrader(cell: NotebookNode) -> dict[str, Any]:
    found: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return found


def _grade_id(cell: NotebookNode) -> str:
    return str(_nbgrader(cell).get("grade_id", ""))


def _is_test(cell: NotebookNode) -> bool:
    return bool(_nbgrader(cell).get("grade") and not _nbgrader(cell).get("solution"))


def _is_selected(cell: NotebookNode, selected: Collection[str]) -> bool:
    """Tell whether a cell serves a selected graded cell, or no graded cell in particular."""
    purpose = purpose_of(cell)
    return not purpose or purpose in selected
