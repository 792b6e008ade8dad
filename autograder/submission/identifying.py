"""Which assignment a submitted file answers, by its cells and not by its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.submission.reading import parse, read_bytes


def identify(path: Path, courses: Iterable[Course]) -> Course | None:
    """Return the assignment that has most of the cells that a submitted notebook names.

    Browsers and learning platforms rename files, so the name is used only if no cell decides.

    Returns
    -------
    Course or None
        None if the file names no cell of these assignments, or as many of one as of another, and its name is
        not an assignment's.
    """
    claimed = _claimed_cells(path)
    known = {course: len(claimed & {cell.grade_id for cell in course.cells}) for course in courses}
    most = max(known.values(), default=0)
    best = [course for course, count in known.items() if count == most > 0]
    if len(best) == 1:
        return best[0]
    return next((course for course in known if course.assignment == path.stem), None)


def _claimed_cells(path: Path) -> set[str]:
    """Return the grade_ids in a submitted file, none if it cannot be read."""
    try:
        notebook = parse(read_bytes(path), path.name)
    except SubmissionError:
        return set()
    return {cell.metadata.nbgrader.get("grade_id", "") for cell in notebook.cells} - {""}
