"""nbgrader's own pipeline, grading through the sandbox: `nbgrader autograde`, formgrader's button.

nbgrader_config.py names both classes. The exporter reads what was submitted, whatever it is; the
preprocessor takes the place of the one that would execute the test cells in the student's kernel.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer

from autograder.checking.assignment import PreparedData
from autograder.course import Course
from autograder.errors import SandboxError
from autograder.gradebook.exporter import course_of
from autograder.gradebook.mark_schemes import add_mark_schemes, remove_mark_schemes
from autograder.gradebook.notebook_outputs import cell_outputs, summary_cell
from autograder.grading.grade import grade_submission
from autograder.grading.options import DEFAULT_SEED, GradingOptions
from autograder.results import Result
from autograder.submission.submission import Submission

HIDDEN_REGION = re.compile(
    r"^[^\n]*BEGIN (MARK SCHEME|HIDDEN TESTS)[^\n]*\n.*?^[^\n]*END \1[^\n]*(\n|\Z)", re.MULTILINE | re.DOTALL
)
REMOVER = "autograder.gradebook.preprocessors.RemoveMarkSchemes"
SOLUTION_MARKER = re.compile(r"^[^\n]*(BEGIN|END) SOLUTION[^\n]*(\n|\Z)", re.MULTILINE)


class GradeInSandbox(NbGraderPreprocessor):
    """Grades the notebook and writes each test cell's reasons and points as its outputs."""

    seed = Integer(DEFAULT_SEED, help="What the checks' own random draws follow from").tag(config=True)
    sandbox = Bool(
        True, help="False runs strangers' code without protection, with the rights of whoever grades"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        who = resources["nbgrader"]
        course, data = course_of(Path.cwd(), who["assignment"])
        result = self._grade(nb, f"{who['student']}/{who['assignment']}", course, data)
        return self._take(nb, result, resources)

    def _take(self, nb: NotebookNode, result: Result, resources: dict) -> tuple[NotebookNode, dict]:
        """Put the result into the notebook and beside it."""
        if result.status == "internal_error":
            raise SandboxError(
                f"{result.submission} was not graded, which is no fault of its own: {result.output}"
            )
        write_result(nb, result)
        if REMOVER in self.config.GenerateFeedback.get("preprocessors", ()):
            # never where nothing would take them out of the feedback again
            add_mark_schemes(nb, Course.load(resources["nbgrader"]["assignment"]))
        record = json.dumps(result.to_json(), indent=2).encode()
        resources["outputs"] = {**(resources["outputs"] or {}), "results.json": record}
        return nb, resources

    def _grade(self, nb: NotebookNode, name: str, course: Course, data: PreparedData | None) -> Result:
        found = nb.metadata.pop("autograder", {})
        notes, fault = tuple(found.get("notes", ())), found.get("fault", "")
        submission = Submission(name, nb, found.get("sha256", ""), notes, fault)
        options = GradingOptions(course, data, seed=self.seed, sandboxed=self.sandbox)
        return grade_submission(submission, options)


def write_result(nb: NotebookNode, result: Result) -> None:
    """Put a result into a notebook: a summary at the top, reasons and points below each test cell."""
    cells = {cell.name: cell for cell in result.tests}
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in cells:
            cell.outputs = cell_outputs(cells[name])
    nb.cells.insert(0, summary_cell(result))


class RemoveMarkSchemes(NbGraderPreprocessor):
    """Leaves of an autograded notebook what its student may read."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        remove_mark_schemes(nb)
        return nb, resources


class RemoveMarkers(NbGraderPreprocessor):
    """Leaves of a solution what students may read: no markers, no mark scheme, no hidden parts."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        text = HIDDEN_REGION.sub("", cell.source)
        cell.source = SOLUTION_MARKER.sub("", text).strip("\n")
        return cell, resources
