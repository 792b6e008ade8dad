"""The one writer to nbgrader's gradebook: nbgrader's own converter, given results instead of grading.

Late penalties, manual scores, the copying and overwriting of files and what else an instructor has
configured are nbgrader's, as if `nbgrader autograde` had run.
"""

from __future__ import annotations

import io
import logging
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import sqlalchemy.exc
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.errors import AutograderError, ConfigError
from autograder.gradebook.exporter import SubmissionExporter
from autograder.gradebook.preprocessors import GradeInSandbox
from autograder.grading.batch import Graded

GRADER = "autograder.gradebook.preprocessors.GradeInSandbox"
PATIENCE = 60  # seconds that SQLite waits for formgrader or another command to let go of the gradebook


class NotRecorded(AutograderError):
    """nbgrader could not take a result in; the message is what it logged."""


class ResultExporter(SubmissionExporter):
    """Gives nbgrader the notebook that was graded, which need not be what lies in the folder by now."""

    def _submitted(self, filename: str, assignment: str) -> NotebookNode:
        return self.parent.notebook()


class TakeResult(GradeInSandbox):
    """Takes the place of grading: puts in the outputs and the result that a worker sent."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        deposit = self.parent.parent  # the exporter's parent is the converter
        outputs = {cell.id: cell.outputs for cell in deposit.notebook().cells if cell.cell_type == "code"}
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = outputs.get(cell.id, [])
        return self._take(nb, deposit.graded.result, resources)


class Deposit(Autograde):
    """nbgrader's converter for one submission that has been graded already."""

    def __init__(self, graded: Graded, coursedir: CourseDirectory, config: Config):
        super().__init__(coursedir=coursedir, config=config)
        self.graded = graded
        self.force = True
        self.exporter_class = ResultExporter
        if GRADER not in self.autograde_preprocessors:
            raise ConfigError(
                f"c.Autograde.autograde_preprocessors has no {GRADER}, which results are taken in by; add it"
            )
        self.autograde_preprocessors = [
            TakeResult if step == GRADER else step for step in self.autograde_preprocessors
        ]

    @property
    def submitted(self) -> str:
        directory = self.coursedir
        return directory.format_path(
            directory.submitted_directory, directory.student_id, directory.assignment_id
        )

    def notebook(self) -> NotebookNode:
        return nbformat.reads(self.graded.notebook, as_version=4)

    def init_notebooks(self) -> None:
        """Name the one notebook, which may be missing: then the reason stands in its place."""
        name = f"{self.coursedir.assignment_id}.ipynb"
        self.assignments = {self.submitted: [str(Path(self.submitted) / name)]}


class Bookkeeper:
    """Writes results to the gradebook of a course.

    Raises
    ------
    ConfigError
        If nbgrader does not know the assignment.
    """

    def __init__(self, root: Path, assignment: str, config: Config):
        self._config = config.copy()
        self._config.CourseDirectory.root = str(root)
        self._directory = CourseDirectory(config=self._config)
        self._directory.assignment_id = assignment
        self._directory.db_url = _patient(self._directory.db_url)
        self._require(assignment)

    def _require(self, assignment: str) -> None:
        try:
            with Gradebook(self._directory.db_url, self._directory.course_id) as gradebook:
                gradebook.find_assignment(assignment)
        except MissingEntry:
            raise ConfigError(
                f"the gradebook has no assignment {assignment!r}; "
                f"run `nbgrader generate_assignment {assignment}` first"
            ) from None
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise ConfigError(f"the gradebook cannot be used: {error}") from error

    def record(self, student: str, graded: Graded) -> str:
        """Take a result into the gradebook, over whatever was there, and return nbgrader's log of it.

        Raises
        ------
        NotRecorded
            If nbgrader cannot; nothing is lost by trying again.
        ConfigError
            If the gradebook cannot be reached.
        """
        self._directory.student_id = student
        deposit = Deposit(graded, coursedir=self._directory, config=self._config)
        _require_regular(Path(deposit.submitted) / "timestamp.txt")
        with _captured(deposit.log) as log, warnings.catch_warnings():
            warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)  # nbgrader's own affair
            try:
                deposit.start()
            except SystemExit as error:  # how nbgrader refuses a timestamp.txt that holds no time
                raise NotRecorded(log.getvalue()) from error
            except NbGraderException as error:
                if isinstance(error.__context__, sqlalchemy.exc.OperationalError):
                    raise ConfigError(f"the gradebook cannot be reached: {error.__context__}") from error
                raise NotRecorded(log.getvalue() or str(error)) from error
        return log.getvalue()


def _require_regular(path: Path) -> None:
    """Refuse what nbgrader would read, and could wait for without an end."""
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise NotRecorded(f"{path} is no regular file; delete it, and give the command again")


def _patient(db_url: str) -> str:
    """Return the address of the gradebook with a longer wait where it is SQLite's."""
    if not db_url.startswith("sqlite:///") or "?" in db_url:
        return db_url
    return f"{db_url}?timeout={PATIENCE}"


@contextmanager
def _captured(log: logging.Logger) -> Iterator[io.StringIO]:
    """Keep the warnings and errors that are logged, and show none of them."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    before = log.handlers, log.level, log.propagate
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.WARNING)
    try:
        yield text
    finally:
        log.handlers, log.propagate = before[0], before[2]
        log.setLevel(before[1])
