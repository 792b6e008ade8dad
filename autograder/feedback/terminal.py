"""A Result in a terminal: a table of scores, reasons, and a bar while they are being worked out."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from autograder.feedback.text import cell_text, first_reason, points
from autograder.results import Result

STYLES = {"graded": "", "unusable": "yellow", "internal_error": "red"}


def table(results: Iterable[Result], title: str = "") -> Table:
    """Return a table of scores: a row a submission, a column a test cell, a line of reason."""
    results = list(results)
    names = list(dict.fromkeys(cell.name for result in results for cell in result.tests))
    table = Table(title=title or None)
    table.add_column("submission")
    for name in names:
        table.add_column(name.removeprefix("test_"), justify="right")
    table.add_column("score", justify="right")
    table.add_column("reason", ratio=1, overflow="fold")
    for result in results:
        table.add_row(*_row(result, names), style=STYLES[result.status])
    return table


def _row(result: Result, names: list[str]) -> list[Text]:
    cells = {cell.name: points(cell.score) for cell in result.tests}
    score = "not graded" if result.score is None else f"{points(result.score)}/{points(result.max_score)}"
    words = [result.submission, *(cells.get(name, "-") for name in names), score, first_reason(result)]
    return [Text(word) for word in words]


def details(result: Result) -> str:
    """Return everything that a result says, in plain text."""
    head = f"{result.submission}: {result.status}"
    if result.score is not None:
        head += f", {points(result.score)} of {points(result.max_score)} points"
    cells = [f"\n{cell.name}: {cell_text(cell)}" for cell in result.tests if result.status == "graded"]
    return "\n".join([head, *([result.output] if result.output else []), *cells])


def progress(console: Console) -> Progress:
    """Return a progress bar that counts submissions and the time."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)
