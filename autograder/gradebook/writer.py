"""The only writer to nbgrader's gradebook: nbgrader's own converter, given finished results.

nbgrader applies late penalties, manual scores and everything else that an instructor has configured, and
copies and replaces files, as `nbgrader autograde` does.
"""

from __future__ import annotations

import io
import logging
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import nbformat
import sqlalchemy.exc
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.errors import AutograderError, ConfigError
from autograder.gradebook.exporter import GRADED, Resources, SubmissionExporter
from autograder.gradebook.preprocessors import GradeInSandbox, includes_step
from autograder.grading.batch import Graded

SQLITE_TIMEOUT_S = 60  # how long SQLite waits while formgrader or another command holds the gradebook


class NotRecordedError(AutograderError):
    """nbgrader could not record a result; the message is what it logged."""


class RecordResult(Autograde):
    """nbgrader's Autograde converter for a submission that has been graded already."""

    def __init__(self, graded: Graded, coursedir: CourseDirectory, config: Config):
        super().__init__(coursedir=coursedir, config=config)
        self._graded = replace(graded, notebook=nbformat.from_dict(graded.notebook))
        self.force = True
        self.exporter_class = SubmissionExporter
        if not includes_step(self.autograde_preprocessors, GradeInSandbox):
            raise ConfigError(
                "c.Autograde.autograde_preprocessors needs the step "
                f"{GradeInSandbox.__module__}.{GradeInSandbox.__name__}"
            )

    @property
    def submitted(self) -> Path:
        """The folder of the submission."""
        folders = self.coursedir
        path = folders.format_path(folders.submitted_directory, folders.student_id, folders.assignment_id)
        return Path(path)

    def init_notebooks(self) -> None:
        """Name the submitted notebook, which may be missing: the graded one says so in its place."""
        path = self.submitted / f"{self.coursedir.assignment_id}.ipynb"
        self.assignments = {str(self.submitted): [str(path)]}

    def init_single_notebook_resources(self, notebook_filename: str) -> Resources:
        """Return nbgrader's resources with the finished result added."""
        return {**super().init_single_notebook_resources(notebook_filename), GRADED: self._graded}


class GradebookWriter:
    """Writes results to the gradebook of a course.

    Raises
    ------
    ConfigError
        If nbgrader does not know the assignment.
    """

    def __init__(self, root: Path, assignment: str, config: Config):
        self._config = deepcopy(config)
        self._config.CourseDirectory.root = str(root)
        self._directory = CourseDirectory(config=self._config)
        self._directory.assignment_id = assignment
        self._directory.db_url = with_timeout(self._directory.db_url)
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
        """Write a result to the gradebook, replacing an earlier one, and return nbgrader's log of it.

        Raises
        ------
        NotRecordedError
            If nbgrader cannot record it. The call may be repeated.
        ConfigError
            If the gradebook cannot be reached.
        """
        self._directory.student_id = student
        converter = RecordResult(graded, coursedir=self._directory, config=self._config)
        _require_regular(converter.submitted / "timestamp.txt")
        with _captured(converter.log) as log, warnings.catch_warnings():
            warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)  # about nbgrader's own sessions
            try:
                converter.start()
            except SystemExit as error:  # what nbgrader raises if timestamp.txt holds no time
                raise NotRecordedError(log.getvalue()) from error
            except NbGraderException as error:
                if isinstance(error.__context__, sqlalchemy.exc.OperationalError):
                    raise ConfigError(f"the gradebook cannot be reached: {error.__context__}") from error
                raise NotRecordedError(log.getvalue() or str(error)) from error
        return log.getvalue()


def _require_regular(path: Path) -> None:
    """Refuse a file that nbgrader would read if reading it might never end."""
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise NotRecordedError(f"{path} is not a regular file; delete it and give the command again")


def with_timeout(db_url: str) -> str:
    """Return the address of a gradebook, with a longer timeout if it is SQLite's and sets none."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or "timeout" in url.query:
        return db_url
    return url.update_query_dict({"timeout": str(SQLITE_TIMEOUT_S)}).render_as_string(hide_password=False)


@contextmanager
def _captured(log: logging.Logger) -> Iterator[io.StringIO]:
    """Collect the warnings and errors that are logged, instead of showing them."""
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
