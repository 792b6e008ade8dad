"""The results of a class, read from the course's folder."""

from __future__ import annotations

from pathlib import Path

from autograder.checking.class_page import ClassRow
from autograder.course import Course, read_config
from autograder.errors import ConfigError
from autograder.gradebook.journal import Journal, State
from autograder.gradebook.roster import Roster


def read_class_rows(course: Course) -> tuple[ClassRow, ...]:
    """Read the latest result of each submission, in the order of the students' ids.

    Raises
    ------
    ConfigError
        If there is no submission, or none has been graded.
    """
    root, assignment = Path(course.root), course.assignment
    journal = Journal(root, assignment)
    rows = []
    for submitted in Roster(course, read_config(root)).select():
        record = journal.read(submitted.student)
        result = record.result if record.state is State.FAILED else submitted.read_result()
        if result:
            rows.append(ClassRow(submitted.student, result, record.peak_memory_mib))
    if not rows:
        raise ConfigError(
            f"no submission of {assignment} has been graded; run `autograder class {assignment}` first"
        )
    return tuple(rows)
