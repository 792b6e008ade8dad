"""The mark schemes of written answers, for the person who grades them.

A mark scheme is a cell above the answer in the autograded notebook, which formgrader shows. Feedback pages
are made from the same notebook, so they have to leave it out.
"""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.course import Course

KEY = "mark_scheme"  # in the metadata of such a cell, and of no other


def add_mark_schemes(notebook: NotebookNode, course: Course) -> None:
    """Insert each written answer's mark scheme above it."""
    schemes = {cell.grade_id: cell.scheme for cell in course.cells if cell.scheme}
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in schemes:
            cells.append(_scheme_cell(name, schemes[name]))
        cells.append(cell)
    notebook.cells = cells


def remove_mark_schemes(notebook: NotebookNode) -> None:
    """Remove what `add_mark_schemes` has inserted."""
    notebook.cells = [cell for cell in notebook.cells if KEY not in cell.metadata]


def _scheme_cell(name: str, scheme: str) -> NotebookNode:
    text = f"**For graders, not for students**\n\n{scheme}"
    cell: NotebookNode = new_markdown_cell(text, id=f"scheme-{name}"[:64], metadata={KEY: name})
    return cell
