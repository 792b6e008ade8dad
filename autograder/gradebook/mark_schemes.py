"""The mark scheme of a written answer, where whoever grades it reads the answer, and nowhere else.

It stands above the answer in an autograded notebook, which formgrader shows; a feedback page is
made from the same notebook and must leave it out.
"""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.course import Course

KIND = "mark_scheme"  # the key in a cell's metadata that tells such a cell from a student's


def add_mark_schemes(notebook: NotebookNode, course: Course) -> None:
    """Put each written answer's mark scheme above it."""
    schemes = {cell.grade_id: cell.scheme for cell in course.cells if cell.scheme}
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in schemes:
            cells.append(_scheme_cell(name, schemes[name]))
        cells.append(cell)
    notebook.cells = cells


def remove_mark_schemes(notebook: NotebookNode) -> None:
    """Take out what `add_mark_schemes` put in."""
    notebook.cells = [cell for cell in notebook.cells if KIND not in cell.metadata]


def _scheme_cell(name: str, scheme: str) -> NotebookNode:
    text = f"**For graders, not for students**\n\n{scheme}"
    cell: NotebookNode = new_markdown_cell(text, id=f"scheme-{name}"[:64], metadata={KIND: name})
    return cell
