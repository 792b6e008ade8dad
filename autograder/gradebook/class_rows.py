"""The results of a class, read from the course's folder."""

from __future__ import annotations

from pathlib import Path

from autograder.checking.class_page import ClassRow
from autograder.course import Course, read_config
from autograder.errors import ConfigError
from autograder.gradebook.journal import Journal
from autograder.gradebook.roster import Roster
from autograder.results import Result


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
    for submission in Roster(course, read_config(root)).select(()):
        record = journal.read(submission.student)
        found = record["result"] if record.get("state") == "failed" else submission.read_result()
        if found:
            rows.append(ClassRow(submission.student, Result.from_json(found), record.get("peak_memory")))
    if not rows:
        raise ConfigError(
            f"no submission of {assignment} has been graded; run `autograder class {assignment}` first"
        )
    return tuple(rows)
