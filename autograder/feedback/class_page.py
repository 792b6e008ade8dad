"""The page itself: one HTML file that needs nothing else, for a screen, a phone and a printer."""

from __future__ import annotations

import base64
import statistics
from collections.abc import Iterable, Sequence
from html import escape

from autograder.feedback import class_figures as figures
from autograder.feedback.class_numbers import Numbers, accuracy
from autograder.feedback.text import points

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #111; background: #fff; margin: 0 auto; padding: 1rem;
  max-width: 68rem; }
h1 { margin: 0 0 .2rem; } h2 { margin: 0 0 .3rem; font-size: 1.15rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; padding: 0; list-style: none; }
.counts b { display: block; font-size: 1.5rem; line-height: 1.2; }
.figures { display: grid; gap: 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
section { margin: 0 0 1.5rem; min-width: 0; }
img { width: 100%; max-width: 32rem; height: auto; display: block; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #999; }
.number { text-align: right; white-space: nowrap; } td { overflow-wrap: anywhere; }
td:first-child { overflow-wrap: normal; }
@media (max-width: 40rem) { /* a phone: the long last column gets a line of its own */
  tr { display: flex; flex-wrap: wrap; border-bottom: 1px solid #999; } th, td { border: 0; flex: 1 1 0; }
  tr > :last-child { flex-basis: 100%; } .number { text-align: left; flex: 0 0 5rem; }
}
@media print { section { break-inside: avoid; } }
"""


def page(numbers: Numbers, assignment: str) -> str:
    """Return the page on a class."""
    drawn = [
        _figure("Scores", figures.scores(numbers), "A histogram of the points."),
        _accuracy(numbers),
        _hardest(numbers),
        _misconceptions(numbers),
        *_costs(numbers),
    ]
    body = [
        f"<h1>{escape(assignment)}: the class</h1>",
        "<p>For staff only: it names students. Points are those of the checks; written answers, which a "
        "person grades, are not in them.</p>",
        _counts(numbers),
        _people(numbers),
        f'<div class="figures">{"".join(filter(None, drawn))}</div>',
        _check_table(numbers),
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(assignment)}: the class</title><style>{STYLE}</style>"
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{"".join(body)}</body></html>\n'


def _counts(numbers: Numbers) -> str:
    scores = [row.result.score for row in numbers.scored]
    passed = sum(accuracy(row)["score"] == 1 for row in numbers.measured)
    counts = [
        (len(numbers.rows), "submissions"),
        (
            points(statistics.median(scores)) if scores else "-",
            f"median of {points(numbers.max_score)} points",
        ),
        (sum(row.result.status == "unusable" for row in numbers.rows), "unusable"),
        (sum(row.result.status == "internal_error" for row in numbers.rows), "internal errors"),
    ]
    if numbers.measured:
        counts.append((f"{passed} of {len(numbers.measured)}", "models reach 55%"))
    items = "".join(f"<li><b>{number}</b>{escape(label)}</li>" for number, label in counts)
    return f'<ul class="counts">{items}</ul>'


def _people(numbers: Numbers) -> str:
    found = numbers.for_a_person()
    if not found:
        return "<section><h2>For a person to look at</h2><p>Nothing.</p></section>"
    return _table("For a person to look at", ("student", "why"), found)


def _accuracy(numbers: Numbers) -> str:
    if not numbers.measured:
        return ""
    return _figure(
        "Accuracy",
        figures.accuracies(numbers),
        "Validation accuracy against accuracy on images that nobody has seen, with the 55% line.",
        "Models on the line do as well on images that nobody has seen. Far below it, the validation images "
        "were trained on.",
    )


def _hardest(numbers: Numbers) -> str:
    text = "The share of the graded submissions that fail each check."
    return _figure("The hardest checks", figures.failure_rates(numbers), text)


def _misconceptions(numbers: Numbers) -> str:
    held = numbers.misconceptions()
    if not held:
        return ""
    rows = [(count, name.replace("_", " "), told) for name, count, told in held]
    table = _table("", ("students", "misconception", "what one of them was told"), rows)
    text = "How many students hold each misconception that the checks recognised."
    return f"<div>{_figure('Misconceptions', figures.misconceptions(numbers), text)}{table}</div>"


def _costs(numbers: Numbers) -> list[str]:
    seconds = [row.result.execution_time for row in numbers.graded]
    memory = [row.peak_memory_mib for row in numbers.rows if row.peak_memory_mib]
    drawn = []
    if seconds:
        text = f"{sum(seconds) / 3600:.1f} hours in all; the longest took {max(seconds):.0f} s."
        drawn.append(_figure("Time", figures.histogram(seconds, "seconds a submission"), text, text))
    if memory:
        text = f"At most {max(memory):.0f} MiB, the shared images aside."
        drawn.append(_figure("Memory", figures.histogram(memory, "MiB at most"), text, text))
    return drawn


def _check_table(numbers: Numbers) -> str:
    rows = [
        (f"{share:.0%}", cell.removeprefix("test_"), check.replace("_", " "), about)
        for cell, check, about, share in numbers.failure_rates()
    ]
    return _table("Every check", ("fail", "cell", "check", "what is checked"), rows)


def _figure(title: str, svg: bytes, alt: str, text: str = "") -> str:
    data = base64.b64encode(svg).decode()
    caption = f"<p>{escape(text)}</p>" if text else ""
    image = f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'
    return f"<section><h2>{escape(title)}</h2>{image}{caption}</section>"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [[str(value) for value in row] for row in rows]
    numbers = [all(row[i].rstrip("%").isdecimal() for row in cells) for i in range(len(heads))]
    head = _cells("th", heads, numbers)
    body = "".join(f"<tr>{_cells('td', row, numbers)}</tr>" for row in cells)
    heading = f"<h2>{escape(title)}</h2>" if title else ""
    return f'<section>{heading}<div class="scroll"><table><tr>{head}</tr>{body}</table></div></section>'


def _cells(tag: str, values: Sequence[str], numbers: Sequence[bool]) -> str:
    """Return the cells of a row, those in columns of numbers marked."""
    classes = [' class="number"' if is_number else "" for is_number in numbers]
    return "".join(f"<{tag}{c}>{escape(v)}</{tag}>" for v, c in zip(values, classes, strict=True))
