"""The steps of nbgrader's pipeline that nbgrader_config.py names.

GradeInSandbox replaces the step that would run the test cells in the student's kernel: for `nbgrader
autograde`, for formgrader's button and for `autograder class`, which gives it finished results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer
from traitlets.utils.importstring import import_item

from autograder.checking.assignment import PreparedData
from autograder.checks.registry import prepare_data
from autograder.course import Course
from autograder.errors import SandboxError
from autograder.gradebook.exporter import GRADED, SUBMISSION, Resources
from autograder.gradebook.mark_schemes import add_mark_schemes, remove_mark_schemes
from autograder.gradebook.notebook_outputs import cell_outputs, summary_cell
from autograder.grading.batch import Graded
from autograder.grading.grade import grade_submission
from autograder.grading.options import DEFAULT_SEED, GradingOptions
from autograder.results import RESULTS_FILE, Result, results_text
from autograder.submission.submission import Submission

HIDDEN_REGION = re.compile(
    r"^[^\n]*BEGIN (MARK SCHEME|HIDDEN TESTS)[^\n]*\n.*?^[^\n]*END \1[^\n]*(\n|\Z)", re.MULTILINE | re.DOTALL
)
SOLUTION_MARKER = re.compile(r"^[^\n]*(BEGIN|END) SOLUTION[^\n]*(\n|\Z)", re.MULTILINE)


class GradeInSandbox(NbGraderPreprocessor):
    """Grades a submission, unless a worker has done so, and writes its result into the notebook."""

    seed = Integer(DEFAULT_SEED, help="Random seed for the checks.").tag(config=True)
    sandbox = Bool(
        True, help="False runs untrusted code without a sandbox, with the permissions of the grader."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Give test cells their reasons and points as outputs, and add results.json to the files written.

        Raises
        ------
        SandboxError
            After an internal error, so that nbgrader records no score.
        """
        names = resources["nbgrader"]
        course = Course.load(names["assignment"])
        graded: Graded | None = resources.get(GRADED)
        if graded is None:
            name = f"{names['student']}/{names['assignment']}"
            result = self._grade(replace(resources[SUBMISSION], name=name, notebook=nb), course)
        else:
            _copy_outputs(graded.notebook or {}, nb)
            result = graded.result
        if result.status == "internal_error":
            raise SandboxError(f"internal error: {result.submission} was not graded: {result.output}")
        write_result(nb, result)
        if includes_step(self.config.GenerateFeedback.get("preprocessors", ()), RemoveMarkSchemes):
            add_mark_schemes(nb, course)  # only if they are removed again from what students get
        outputs = resources["outputs"] or {}
        resources["outputs"] = {**outputs, RESULTS_FILE: results_text([result]).encode()}
        return nb, resources

    def _grade(self, submission: Submission, course: Course) -> Result:
        data = None if submission.fault else _data_of(course)
        options = GradingOptions(course, data, seed=self.seed, sandboxed=self.sandbox)
        return grade_submission(submission, options)


@cache
def _data_of(course: Course) -> PreparedData | None:
    return prepare_data(course)


def _copy_outputs(graded: dict[str, Any], nb: NotebookNode) -> None:
    """Give each code cell the outputs that it has in a graded notebook."""
    outputs = {cell["id"]: cell["outputs"] for cell in graded["cells"] if cell["cell_type"] == "code"}
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs.get(cell.id, [])


def write_result(nb: NotebookNode, result: Result) -> None:
    """Write a result into a notebook: a summary at the top, reasons and points below each test cell."""
    cells = {cell.name: cell for cell in result.tests}
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in cells:
            cell.outputs = cell_outputs(cells[name])
    nb.cells.insert(0, summary_cell(result))


def includes_step(steps: Iterable[Any], wanted: type) -> bool:
    """Tell whether nbgrader is configured to take a step, which a configuration gives by class or by name."""
    return any(isinstance(step, type) and issubclass(step, wanted) for step in map(_imported, steps))


def _imported(step: Any) -> Any:
    try:
        return import_item(step) if isinstance(step, str) else step
    except ImportError:
        return None


class RemoveMarkSchemes(NbGraderPreprocessor):
    """Removes the mark schemes from an autograded notebook, for its student's feedback page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        remove_mark_schemes(nb)
        return nb, resources


class RemoveMarkers(NbGraderPreprocessor):
    """Removes the markers, the mark schemes and the hidden parts from a solution that is published."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, index: int
    ) -> tuple[NotebookNode, Resources]:
        text = HIDDEN_REGION.sub("", cell.source)
        cell.source = SOLUTION_MARKER.sub("", text).strip("\n")
        return cell, resources
