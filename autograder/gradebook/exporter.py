"""How nbgrader reads a submitted notebook: the exporter that nbgrader_config.py names.

nbgrader converts a submission twice: the submitted file into a sanitised notebook, and that into the graded
one. What the exporter has read the first time, it hands to GradeInSandbox the second time, in the resources
that nbconvert passes along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course
from autograder.grading.batch import Graded
from autograder.submission.pictures import files_beside
from autograder.submission.submission import Submission

# Keys of the resources
SUBMISSION = "autograder_submission"  # the Submission that is to be graded
GRADED = "autograder_graded"  # the Graded of a submission that a worker has graded, with a NotebookNode

Resources = dict[str, Any]


class SubmissionExporter(NotebookExporter):
    """Reads a submitted file safely, whatever it holds, and any other notebook as usual.

    Of the files beside it, pictures and those of nbgrader's exchange are kept. nbgrader itself would copy
    every file, and follow links.

    Parameters
    ----------
    parent : BaseConverter
        nbgrader's converter, whose folders are then set to copy no files.
    """

    def __init__(self, parent: Any = None, **kw: Any):
        super().__init__(parent=parent, **kw)
        self._submission: Submission | None = None
        if parent is not None:
            parent.coursedir = _copying_nothing(parent.coursedir)

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Convert a notebook and return its text and the resources."""
        resources = {} if resources is None else resources
        names = resources["nbgrader"]
        if not self._is_submitted(Path(filename), names["student"], names["assignment"]):
            resources[SUBMISSION] = self._submission
            return super().from_filename(filename, resources, **kw)
        resources.setdefault("outputs", {}).update(files_beside(Path(filename)))
        graded: Graded | None = resources.get(GRADED)
        notebook = graded.notebook if graded else self._read(filename, names["assignment"])
        text, resources = self.from_notebook_node(notebook, resources, **kw)
        return text, resources

    @property
    def _folders(self) -> CourseDirectory:
        converter: Any = self.parent
        return converter.coursedir

    def _is_submitted(self, path: Path, student: str, assignment: str) -> bool:
        """Tell whether a notebook is the submitted one, and not the sanitised one."""
        folders = self._folders
        return path.parent == Path(folders.format_path(folders.submitted_directory, student, assignment))

    def _read(self, filename: str, assignment: str) -> NotebookNode:
        """Read a submitted file, keep the Submission for the second time, and return its notebook."""
        course = Course.load(assignment, Path(self._folders.root))
        self._submission = Submission.receive(filename, course)
        return self._submission.notebook


def _copying_nothing(course_dir: CourseDirectory) -> CourseDirectory:
    """Return the same folders with a setting by which nbgrader copies none of their files."""
    names = course_dir.trait_names(config=True)
    return CourseDirectory(**{name: getattr(course_dir, name) for name in names} | {"ignore": ["*"]})
