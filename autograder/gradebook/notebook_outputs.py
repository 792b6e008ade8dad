"""A Result as nodes of a notebook: outputs of the test cells, and a summary at the top."""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder.feedback.student_page import cell_html, summary_html
from autograder.feedback.words import cell_text
from autograder.results import CellResult, Result


def cell_outputs(cell: CellResult) -> list[NotebookNode]:
    """Return the outputs of a test cell: the reasons, and the score as nbgrader reads it.

    nbgrader takes the first execute_result as the points, and any error or line on stderr as zero.
    """
    reasons = new_output("display_data", data={"text/plain": cell_text(cell), "text/html": cell_html(cell)})
    score = new_output("execute_result", data={"text/plain": repr(float(cell.score))}, execution_count=None)
    return [reasons, score]


def summary_cell(result: Result) -> NotebookNode:
    """Return a Markdown cell for the top of a graded notebook."""
    cell: NotebookNode = new_markdown_cell(summary_html(result), id="graded-summary")
    return cell
