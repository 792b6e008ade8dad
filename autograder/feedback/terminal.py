"""Results in a terminal: a table of scores, all details of one, and a progress bar."""

from __future__ import annotations

import unicodedata
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

from autograder.feedback.words import STATUS_WORDS, cell_text, first_reason, points, short_cell, spaced
from autograder.results import Result, Status

FILE_WIDTH = 120  # characters
STYLES: dict[Status, str] = {"graded": "", "unusable": "yellow", "internal_error": "red"}
# Unicode's categories of control and format characters, lone surrogates, and separators of lines
NOT_PRINTABLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def table(results: Iterable[Result], title: str = "") -> Table:
    """Return a table with a row for each submission: its points for each test cell, and one reason."""
    results = list(results)
    names = list(dict.fromkeys(cell.name for result in results for cell in result.tests))
    table = Table(title=title or None, box=SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
    table.add_column("submission", no_wrap=True)
    for name in names:
        # A line for each word keeps the column narrow.
        table.add_column(spaced(short_cell(name)).replace(" ", "\n"), justify="right")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("reason", ratio=1, overflow="ellipsis", no_wrap=True)
    for result in results:
        table.add_row(*_row(result, names), style=STYLES[result.status])
    return table


def output() -> Console:
    """Return a console on standard output; if that is a file, the console is wide enough for a table."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, FILE_WIDTH))


def _row(result: Result, names: list[str]) -> list[Text]:
    cells = {cell.name: points(cell.score) for cell in result.tests}
    score = "not graded" if result.score is None else f"{points(result.score)}/{points(result.max_score)}"
    words = [result.submission, *(cells.get(name, "-") for name in names), score, first_reason(result)]
    return [Text(_printable(word)) for word in words]


def details(result: Result) -> str:
    """Return a result's status, points, checks and advice in plain text."""
    head = f"{result.submission}: {STATUS_WORDS[result.status]}"
    if result.score is not None:
        head += f", {points(result.score)} of {points(result.max_score)} points"
    cells = [f"\n{cell.name}: {cell_text(cell)}" for cell in result.tests if result.status == "graded"]
    return _printable("\n".join([head, *([result.output] if result.output else []), *cells]))


def progress(console: Console) -> Progress:
    """Return a progress bar that shows submissions done, the time so far, the rate and the time left."""
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
    """Shows submissions per minute."""

    def render(self, task: Task) -> Text:
        rate = 60 * task.completed / task.elapsed if task.elapsed else 0
        return Text(f"{rate:.1f}/min")


def _printable(text: str) -> str:
    """Replace control characters: text from students could otherwise control the terminal."""
    return "".join("\ufffd" if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in NOT_PRINTABLE
