"""Which students have submitted an assignment, and whether their results are current.

It needs neither nbgrader nor Jupyter, so that a class without changes is skipped at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import ConfigError
from autograder.results import RESULTS_FILE, Result

STRUCTURE = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")  # nbgrader's default
TIMESTAMP = "timestamp.txt"  # the time of submission, as nbgrader's exchange writes it


@dataclass(frozen=True)
class Submitted:
    """The files of one student's submission.

    Attributes
    ----------
    notebook : Path
        Where the submitted notebook should be.
    graded : Path
        The folder of the graded notebook.
    sha256 : str
        The digest of the submitted notebook, "" if it is not a regular file.
    """

    student: str
    notebook: Path
    graded: Path
    sha256: str

    @property
    def result(self) -> Path:
        """Where the result is, beside the graded notebook."""
        return self.graded / RESULTS_FILE

    def read_result(self) -> Result | None:
        """Return the result beside the graded notebook, None if there is none that can be read."""
        try:
            return Result.from_json(json.loads(self.result.read_text()))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has_new_timestamp(self) -> bool:
        """Tell whether the time of submission differs from that of the graded notebook."""
        return _content(self.notebook.with_name(TIMESTAMP)) != _content(self.graded / TIMESTAMP)

    def matches(self, result: Result | None, checks_sha256: str) -> bool:
        """Tell whether a result is that of this notebook, graded with these checks."""
        if result is None or result.status == "internal_error":
            return False
        source = result.extra_data.get("provenance", {})
        found = (source.get("notebook_sha256"), source.get("checks_sha256"))
        return found == (self.sha256, checks_sha256)


class Roster:
    """Finds the submissions of an assignment, in the folders that nbgrader's settings name."""

    def __init__(self, course: Course, config: Config):
        self._course = course
        settings = config.CourseDirectory
        self._structure = settings.get("directory_structure", STRUCTURE)
        self._steps = {
            step: settings.get(f"{step}_directory", step) for step in ("submitted", "autograded", "feedback")
        }
        self._excluded = set(filter(None, settings.get("student_id_exclude", "").split(",")))

    def folder(self, step: str, student: str) -> Path:
        """Return the folder of a student's assignment in one of nbgrader's steps."""
        names = {"student_id": student, "assignment_id": self._course.assignment}
        return Path(self._course.root, self._structure.format(nbgrader_step=self._steps[step], **names))

    def students(self) -> list[str]:
        """Return the ids of the students who have submitted the assignment, in order."""
        marker = "\0"  # in no file name
        escaped = re.escape(str(self.folder("submitted", marker))).replace(re.escape(marker), "([^/]+)")
        pattern = re.compile(escaped.replace("([^/]+)", "(?P<student>[^/]+)", 1))
        glob = str(self.folder("submitted", "*").relative_to(self._course.root))
        found = (pattern.fullmatch(str(path)) for path in Path(self._course.root).glob(glob) if path.is_dir())
        return sorted({match["student"] for match in found if match} - self._excluded)

    def select(self, students: tuple[str, ...] = ()) -> list[Submitted]:
        """Return the submissions of these students, all by default.

        Raises
        ------
        ConfigError
            If one of them, or the whole class, has submitted nothing.
        """
        known = self.students()
        where = f"expected a folder {self.folder('submitted', '<student>')}"
        if missing := sorted(set(students) - set(known)):
            raise ConfigError(f"no submission of {self._course.assignment} by {', '.join(missing)}; {where}")
        if not known:
            raise ConfigError(f"no submission of {self._course.assignment}; {where}")
        return [self._submitted(student) for student in known if not students or student in students]

    def _submitted(self, student: str) -> Submitted:
        notebook = self.folder("submitted", student) / f"{self._course.assignment}.ipynb"
        return Submitted(student, notebook, self.folder("autograded", student), _digest(notebook))


def _digest(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else b""
    except OSError:
        return b""
