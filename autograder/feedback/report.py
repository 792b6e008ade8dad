"""A page on a class: what came of it, what was hard, and who needs a person."""

from __future__ import annotations

from pathlib import Path

from autograder.feedback.class_numbers import Numbers, gather

__all__ = ["Numbers", "gather", "write"]


def write(assignment: str, start: Path, output: Path | None = None) -> Path:
    """Write the page on an assignment of the course around `start`, and return where it is.

    Raises
    ------
    ConfigError
        If nothing of it has been graded yet.
    """
    from autograder.feedback.class_page import page
    from autograder.gradebook.class_run import Classroom
    from autograder.gradebook.journal import write_durably

    room = Classroom(assignment, start)
    path = output or Path(room.course.root) / "reports" / f"{assignment}.html"
    text = page(gather(room), assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, text.encode())
    return path
