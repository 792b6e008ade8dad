"""A Result as nbgrader shows it: outputs of the test cells, and a summary at the top of the notebook."""

from __future__ import annotations

from html import escape

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder.feedback.text import MARKS, cell_text, points
from autograder.results import CellResult, CheckResult, Result


def cell_outputs(cell: CellResult) -> list[NotebookNode]:
    """Return the outputs of a test cell: the reasons, and the score as nbgrader reads it.

    nbgrader takes the first execute_result as the points, and any error or line on stderr as zero.
    """
    text = cell_text(cell)
    reasons = new_output("display_data", data={"text/plain": text, "text/html": _cell_html(cell)})
    score = new_output("execute_result", data={"text/plain": repr(float(cell.score))}, execution_count=None)
    return [reasons, score]


def _cell_html(cell: CellResult) -> str:
    rows = "".join(_check_html(check) for check in cell.checks)
    extra = "".join(f"<p>{escape(line)}</p>" for line in cell_text(cell).splitlines()[1:] if not cell.checks)
    notes = "".join(
        f"<p>{escape(line)}</p>" for line in cell.output.splitlines() if line.startswith("Judged")
    )
    head = f"<p><b>{points(cell.score)} of {points(cell.max_score)} points</b></p>"
    body = (notes if cell.checks else extra) + rows
    return f'<div style="font-family:sans-serif;max-width:50em">{head}{body}</div>'


def _check_html(check: CheckResult) -> str:
    name = f" <i>({escape(check.misconception.replace('_', ' '))})</i>" if check.misconception else ""
    message = (
        f'<br><span style="margin-left:1.4em">{escape(check.message)}{name}</span>' if check.message else ""
    )
    return f'<div style="margin:.3em 0">{MARKS[check.status]} {escape(check.about)}{message}</div>'


def summary_cell(result: Result) -> NotebookNode:
    """Return a cell for the top of a graded notebook: the score of each exercise at a glance."""
    rows = "".join(
        f"<tr><td>{'✓' if cell.passed else '✗'}</td><td>{escape(cell.name)}</td>"
        f"<td>{points(cell.score)} / {points(cell.max_score)}</td></tr>"
        for cell in result.tests
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in result.output.splitlines())
    head = f"<h2>Graded by the checks: {points(result.score or 0)} of {points(result.max_score)} points</h2>"
    more = "<p>The reasons stand below each test cell. A written answer is graded by a person.</p>"
    return new_markdown_cell(f"{head}<table>{rows}</table>{more}<ul>{lines}</ul>", id="graded-summary")
