"""Sanitising a submitted notebook: each released cell once, in its role, with the released metadata.

Students may add, reorder and break cells. What the grader relies on comes from the course: which cells are
graded, the text of the locked ones, and which graded cell a cell serves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from nbformat.notebooknode import NotebookNode

from autograder.course import PURPOSE, Course, ReleasedCell, definitions
from autograder.errors import SubmissionError

TAG = re.compile(r"<(?=[A-Za-z/!?])")  # the start of an HTML tag; "< " is text
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def sanitise(notebook: NotebookNode, course: Course) -> list[str]:
    """Sanitise a notebook in place.

    Returns
    -------
    list of str
        What was repaired, in sentences for the student.
    """
    matches = _match(notebook.cells, course)
    notes = _notes(matches, notebook.cells, course)
    owned = {index: released for released, index in matches.items()}
    order: list[tuple[NotebookNode, ReleasedCell | None]] = []
    for index, cell in enumerate(notebook.cells):
        released = owned.get(index)
        if released is None or released.role != "test":
            order.append((_restored(cell, released), released))
    for released in course.tests:
        order.insert(_place(released, order, course), (_new_cell(released), released))
    for released in course.cells:
        if released.role == "written" and released not in matches:
            order.append((_new_cell(released), released))
    notebook.cells = [cell for cell, _ in order]
    _tag_added(order)
    _give_ids(notebook.cells)
    return notes


def require_answers(notebook: NotebookNode, course: Course) -> None:
    """Raise SubmissionError if no cell of the notebook answers an exercise."""
    exercises = [cell.grade_id for cell in course.cells if cell.role == "solution"]
    if exercises and not any(cell.role == "solution" for cell in _match(notebook.cells, course)):
        raise SubmissionError(
            f"No cell answers an exercise of {course.assignment} ({', '.join(exercises)}): this is another "
            "assignment's notebook, or its cells were replaced. Write your answers into the notebook that "
            "you were given, and submit that."
        )


def _match(cells: list[NotebookNode], course: Course) -> dict[ReleasedCell, int]:
    """Find each released cell in the notebook.

    By grade_id (the last of several), else by cell id (the first), else by its text (the first), else, for
    a solution, by the names that it defines (the last).
    """
    found: dict[ReleasedCell, int] = {}
    for recognise in (_by_grade_id, _by_id, _by_text, _by_definition):
        known = recognise(cells)
        for released in course.cells:
            index = known(released)
            if index is not None and released not in found and index not in found.values():
                found[released] = index
    return found


Recogniser = Callable[[ReleasedCell], int | None]


def _by_grade_id(cells: list[NotebookNode]) -> Recogniser:
    claims = {_claim(cell): index for index, cell in enumerate(cells)}
    return lambda released: claims.get(released.grade_id) if released.grade_id else None


def _by_id(cells: list[NotebookNode]) -> Recogniser:
    ids = {cell.id: index for index, cell in reversed(list(enumerate(cells)))}
    return lambda released: ids.get(released.id) if released.id else None


def _by_text(cells: list[NotebookNode]) -> Recogniser:
    texts = {(cell.cell_type, cell.source): index for index, cell in reversed(list(enumerate(cells)))}
    return lambda released: texts.get((released.kind, released.source)) if released.source else None


def _by_definition(cells: list[NotebookNode]) -> Recogniser:
    code = [(index, definitions(cell.source)) for index, cell in enumerate(cells) if cell.cell_type == "code"]

    def find(released: ReleasedCell) -> int | None:
        fitting = [index for index, names in code if set(released.defines) <= names]
        return fitting[-1] if released.defines and fitting else None

    return find


def _claim(cell: NotebookNode) -> str:
    """Return the grade_id that a cell claims to have."""
    claim: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return claim


def _notes(matches: dict[ReleasedCell, int], cells: list[NotebookNode], course: Course) -> list[str]:
    notes = []
    for released in course.cells:
        if not released.grade_id:
            continue
        if released not in matches:
            notes.append(f"The cell {released.grade_id} was missing.")
        elif released.role in ("test", "locked") and cells[matches[released]].source != released.source:
            notes.append(f"The cell {released.grade_id} had been edited; it was graded as released.")
    names = [_claim(cell) for cell in cells]
    for released in course.cells:
        if released.grade_id and names.count(released.grade_id) > 1:
            notes.append(f"There were several cells {released.grade_id}; the last one counts.")
    return notes


def _restored(cell: NotebookNode, released: ReleasedCell | None) -> NotebookNode:
    """Return the cell with the metadata of the released one, and its text if it is locked.

    HTML tags in a student's text are disabled: graders read it in a browser, with their permissions.
    """
    if cell.cell_type != "code" and (released is None or cell.source != released.source):
        cell.source = TAG.sub("< ", cell.source)
    if released is None:
        cell.metadata = NotebookNode()
        return cell
    cell.metadata = _metadata(released)
    if released.role == "locked":
        return _new_cell(released)
    if cell.cell_type != released.kind and released.role in ("solution", "written"):
        return _new_cell(released, cell.source)
    return cell


def _new_cell(released: ReleasedCell, source: str | None = None) -> NotebookNode:
    """Return a released cell, with a text in place of its own if there is one."""
    cell = NotebookNode(
        cell_type=released.kind,
        id=released.id,
        source=released.source if source is None else source,
        metadata=_metadata(released),
    )
    if released.kind == "code":
        cell.update(outputs=[], execution_count=None)
    return cell


def _metadata(released: ReleasedCell) -> NotebookNode:
    metadata = NotebookNode()
    if released.grade_id:
        metadata.nbgrader = NotebookNode(json.loads(released.metadata))
    if released.purpose:
        metadata.tags = [PURPOSE + released.purpose]
    return metadata


def _place(test: ReleasedCell, order: list[tuple[NotebookNode, ReleasedCell | None]], course: Course) -> int:
    """Return the place of a test cell: after all cells released before it, and cells added after those."""
    before = set(course.cells[: course.cells.index(test)])
    place = max((i + 1 for i, (_, released) in enumerate(order) if released in before), default=0)
    while place < len(order) and order[place][1] is None:
        place += 1
    return place


def _tag_added(order: list[tuple[NotebookNode, ReleasedCell | None]]) -> None:
    """Give each cell that the student has added the purpose of the solution cell above it."""
    above = ""
    for cell, released in order:
        if released is None and above:
            cell.metadata.tags = [PURPOSE + above]
        elif released is not None and released.role == "solution":
            above = released.purpose


def _give_ids(cells: list[NotebookNode]) -> None:
    """Give every cell a valid and unique id, as notebook format 4.5 requires."""
    taken: set[str] = set()
    for index, cell in enumerate(cells):
        if cell.id in taken or not VALID_ID.fullmatch(cell.id):
            cell.id = f"cell-{index}"
            while cell.id in taken:
                cell.id += "-"
        taken.add(cell.id)
