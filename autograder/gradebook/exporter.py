"""How nbgrader reads a submitted notebook: the exporter that nbgrader_config.py names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory

from autograder.checking.assignment import PreparedData
from autograder.checks.registry import prepare_data
from autograder.course import Course
from autograder.submission.pictures import files_beside
from autograder.submission.submission import Submission


@cache
def course_of(root: Path, assignment: str) -> tuple[Course, PreparedData | None]:
    """Return an assignment and its data, read once in a process."""
    course = Course.load(assignment, root)
    return course, prepare_data(course)


class SubmissionExporter(NotebookExporter):
    """Reads a submitted file as safely as `Submission.read`, and any other notebook as usual.

    Of the files beside it, pictures and the exchange's own come along; nbgrader itself would copy whatever
    is there, links and all.
    """

    def __init__(self, parent: Any = None, **kw: Any):
        super().__init__(parent=parent, **kw)
        if parent is not None:
            parent.coursedir = _copying_nothing(parent.coursedir)

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> tuple[str, dict]:
        course_dir, who = self.parent.coursedir, resources["nbgrader"]
        submitted = course_dir.format_path(course_dir.submitted_directory, who["student"], who["assignment"])
        if Path(filename).parent != Path(submitted):
            return super().from_filename(filename, resources, **kw)
        resources.setdefault("outputs", {}).update(files_beside(Path(filename)))
        return self.from_notebook_node(self._submitted(filename, who["assignment"]), resources, **kw)

    def _submitted(self, filename: str, assignment: str) -> NotebookNode:
        course, _ = course_of(Path(self.parent.coursedir.root), assignment)
        return read(filename, course)


def _copying_nothing(course_dir: CourseDirectory) -> CourseDirectory:
    """Return the same folders to somebody who is to copy none of their files."""
    names = course_dir.trait_names(config=True)
    return CourseDirectory(**{name: getattr(course_dir, name) for name in names} | {"ignore": ["*"]})


def read(filename: str, course: Course) -> NotebookNode:
    """Return the submitted notebook, put right; where it is none, the released one with the reason in it."""
    submission = Submission.receive(filename, course)
    submission.notebook.metadata["autograder"] = {
        "sha256": submission.sha256,
        "notes": list(submission.notes),
        "fault": submission.fault,
    }
    return submission.notebook
