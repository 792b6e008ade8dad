"""A Result in a terminal: a table of scores, reasons, and a bar while they are being worked out."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from autograder.feedback.words import cell_text, first_reason, points
from autograder.results import Result

FILE_WIDTH = 120  # characters
STYLES = {"graded": "", "unusable": "yellow", "internal_error": "red"}


def table(results: Iterable[Result], title: str = "") -> Table:
    """Return a table of scores: a row a submission, a column a test cell, a line of reason."""
    results = list(results)
    names = list(dict.fromkeys(cell.name for result in results for cell in result.tests))
    table = Table(title=title or None, box=SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
    table.add_column("submission", no_wrap=True)
    for name in names:
        table.add_column(name.removeprefix("test_").replace("_", "\n"), justify="right")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("reason", ratio=1, overflow="ellipsis", no_wrap=True)
    for result in results:
        table.add_row(*_row(result, names), style=STYLES[result.status])
    return table


def output() -> Console:
    """Return standard output, wide enough for a table where it is a file."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, FILE_WIDTH))


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
    """Return a progress bar that counts submissions, and says how fast they go and how long it will take."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    return Progress(*columns, console=console, transient=True)


class RateColumn(ProgressColumn):
    """Submissions a minute so far."""

    def render(self, task: Task) -> Text:
        rate = 60 * task.completed / task.elapsed if task.elapsed else 0
        return Text(f"{rate:.1f}/min")
