"""What a student reads of a Result, as HTML for the cells of a notebook."""

from __future__ import annotations

from autograder.feedback.rendering import render
from autograder.results import CellResult, Result


def summary_html(result: Result) -> str:
    """Return the top of a feedback page: all scores, and the reasons for the points that were lost.

    It has no blank lines, because a blank line ends HTML in a Markdown cell: the rest of a message would be
    rendered as Markdown.

    Parameters
    ----------
    result : Result
        Any but an internal error, which has no score.
    """
    html = render("summary.html", result=result)
    return "\n".join(line for line in html.splitlines() if line.strip())


def cell_html(cell: CellResult) -> str:
    """Return a test cell's output: its points, and all of its checks."""
    return render("test_cell.html", cell=cell)
