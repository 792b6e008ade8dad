"""The page on a class: one HTML file that needs no other, for a screen, a phone and a printer."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from autograder.checking.class_page import ClassPageExtension, ClassRow, Count, Panel
from autograder.feedback import class_figures as figures
from autograder.feedback.class_statistics import CheckRate, ClassStatistics, MisconceptionCount
from autograder.feedback.rendering import render
from autograder.feedback.words import points

MAX_DRAWN_CHECKS = 20  # the table lists all


def render_class_page(rows: Sequence[ClassRow], assignment: str, extension: ClassPageExtension) -> str:
    """Return the page on a class.

    Parameters
    ----------
    rows : sequence of ClassRow
        A row for each submission, in the order of the students' ids.
    assignment : str
        The assignment's name.
    extension : ClassPageExtension
        What the assignment adds to the page.
    """
    numbers = ClassStatistics(tuple(rows))
    rates, misconceptions = numbers.check_rates(), numbers.misconceptions()
    return render(
        "class_page.html",
        assignment=assignment,
        counts=[*_counts(numbers), *extension.counts(rows)],
        to_review=numbers.to_review(extension),
        panels=[_scores(numbers), *extension.panels(rows), _hardest_checks(rates)],
        misconceptions=misconceptions,
        misconceptions_panel=_misconceptions(misconceptions),
        cost_panels=list(_costs(numbers)),
        check_rates=rates,
    )


def _counts(numbers: ClassStatistics) -> Iterator[Count]:
    scores = numbers.scores
    statuses = [row.result.status for row in numbers.rows]
    yield Count(str(len(statuses)), "submissions")
    median = points(statistics.median(scores)) if scores else "-"
    yield Count(median, f"median of {points(numbers.max_score)} points")
    yield Count(str(statuses.count("unusable")), "unusable")
    yield Count(str(statuses.count("internal_error")), "internal errors")


def _scores(numbers: ClassStatistics) -> Panel:
    svg = figures.draw_scores(numbers.scores, numbers.max_score)
    return Panel("Scores", svg, "A histogram of the points.")


def _hardest_checks(rates: Sequence[CheckRate]) -> Panel:
    hardest = [rate for rate in rates if rate.share > 0][:MAX_DRAWN_CHECKS]
    alt = "The share of the graded submissions that fail each check."
    return Panel("The hardest checks", figures.draw_check_rates(hardest), alt)


def _misconceptions(counts: Sequence[MisconceptionCount]) -> Panel:
    alt = "How many students hold each misconception that the checks recognised."
    return Panel("Misconceptions", figures.draw_misconceptions(counts), alt)


def _costs(numbers: ClassStatistics) -> Iterator[Panel]:
    seconds = [result.execution_time for result in numbers.graded]
    memory_mib = [row.peak_memory_mib for row in numbers.rows if row.peak_memory_mib]
    if seconds:
        text = f"{sum(seconds) / 3600:.1f} hours in total; the longest submission took {max(seconds):.0f} s."
        yield Panel("Time", figures.draw_histogram(seconds, "seconds per submission"), text, text)
    if memory_mib:
        text = f"At most {max(memory_mib):.0f} MiB per submission, without the data that all of them share."
        yield Panel("Memory", figures.draw_histogram(memory_mib, "peak memory in MiB"), text, text)
