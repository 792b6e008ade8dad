"""Who handed in what, and which of it has been graded already; needs neither nbgrader nor Jupyter."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import ConfigError

STRUCTURE = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")  # nbgrader's default


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in.

    Attributes
    ----------
    notebook : Path
        Where the notebook should be.
    graded : Path
        The folder of what was made of it.
    sha256 : str
        Of the notebook, "" where there is no regular file.
    """

    student: str
    notebook: Path
    graded: Path
    sha256: str

    @property
    def result(self) -> Path:
        return self.graded / "results.json"

    def read_result(self) -> dict[str, Any]:
        """Return the result beside the graded notebook, an empty dict where there is none to be read."""
        try:
            return json.loads(self.result.read_text())
        except (OSError, ValueError):
            return {}

    def is_newer(self) -> bool:
        """Tell whether the time of submission is another one than the graded one's."""
        return _content(self.notebook.with_name("timestamp.txt")) != _content(self.graded / "timestamp.txt")


def matches(result: dict[str, Any], handed_in: HandedIn, checks: str) -> bool:
    """Tell whether a result follows from this notebook and these checks."""
    if result.get("status") not in ("graded", "unusable"):
        return False
    source = result.get("extra_data", {}).get("provenance", {})
    return (source.get("notebook_sha256"), source.get("checks_sha256")) == (handed_in.sha256, checks)


class Roster:
    """Finds the submissions of an assignment where nbgrader's settings say that they are."""

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
        return Path(self._course.root) / self._structure.format(nbgrader_step=self._steps[step], **names)

    def students(self) -> list[str]:
        """Return whoever handed something in, in order."""
        marker = "\0"  # in no file name
        pattern = re.escape(str(self.folder("submitted", marker))).replace(re.escape(marker), "([^/]+)")
        pattern = re.compile(pattern.replace("([^/]+)", "(?P<student>[^/]+)", 1))
        glob = str(self.folder("submitted", "*").relative_to(self._course.root))
        found = (pattern.fullmatch(str(path)) for path in Path(self._course.root).glob(glob) if path.is_dir())
        return sorted({match["student"] for match in found if match} - self._excluded)

    def select(self, students: tuple[str, ...]) -> list[HandedIn]:
        """Return what these students handed in, or everybody; raise ConfigError where that is nothing."""
        known = self.students()
        where = self.folder("submitted", "<student>")
        if missing := sorted(set(students) - set(known)):
            raise ConfigError(f"{', '.join(missing)} handed in nothing: there is no such folder as {where}")
        if not known:
            raise ConfigError(
                f"nobody has handed in {self._course.assignment}: there is no folder like {where}"
            )
        return [self._handed_in(student) for student in known if not students or student in students]

    def _handed_in(self, student: str) -> HandedIn:
        notebook = self.folder("submitted", student) / f"{self._course.assignment}.ipynb"
        return HandedIn(student, notebook, self.folder("autograded", student), _digest(notebook))


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
