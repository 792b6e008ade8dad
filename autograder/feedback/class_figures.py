"""The figures of the class page that every assignment has, as SVG."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograder.checking import figures
from autograder.feedback.class_statistics import CheckRate, MisconceptionCount
from autograder.feedback.words import short_cell, spaced

BAR_HEIGHT_IN = 0.26  # inches
HATCHES = ("", "////", "....", "xxxx", "----", "||||")
MAX_LABEL = 34  # characters


def draw_scores(scores: Sequence[float], max_score: float) -> bytes:
    """Draw how many submissions have how many points."""
    with figures.style():
        figure, axes = figures.new_figure(2.8)
        axes.hist(scores, bins=np.linspace(0, max_score or 1, 19).tolist(), **figures.BAR)
        if scores:
            median = statistics.median(scores)
            axes.axvline(median, color="0", linestyle="--", linewidth=1)
            axes.set_title(f"median {median:g} of {max_score:g} points (dashed)", fontsize=10)
        axes.set_xlabel("points from the checks")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return figures.to_svg(figure)


def draw_check_rates(rates: Sequence[CheckRate]) -> bytes:
    """Draw the share of submissions that fail each check, with a hatch for each cell."""
    with figures.style():
        figure, axes = figures.new_figure(1.1 + BAR_HEIGHT_IN * max(1, len(rates)))
        cells = sorted({rate.cell for rate in rates})
        for cell, hatch in zip(cells, cycle(HATCHES), strict=False):
            places = [i for i, rate in enumerate(rates) if rate.cell == cell]
            shares = [rates[i].share for i in places]
            axes.barh(places, shares, hatch=hatch, label=short_cell(cell), **figures.BAR)
        axes.set_yticks(range(len(rates)), [_label(rate.check) for rate in rates], fontsize=8)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_xlabel("share of graded submissions that fail")
        if cells:
            figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
        return figures.to_svg(figure)


def draw_misconceptions(counts: Sequence[MisconceptionCount]) -> bytes:
    """Draw how many students hold each misconception."""
    with figures.style():
        figure, axes = figures.new_figure(0.9 + BAR_HEIGHT_IN * max(1, len(counts)))
        axes.barh(range(len(counts)), [count.students for count in counts], **figures.BAR)
        axes.set_yticks(range(len(counts)), [_label(count.name) for count in counts], fontsize=8)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("students")
        return figures.to_svg(figure)


def draw_histogram(values: Sequence[float], label: str) -> bytes:
    """Draw the distribution of a measurement over the submissions."""
    with figures.style():
        figure, axes = figures.new_figure(2.4)
        axes.hist(values, bins=15, **figures.BAR)
        axes.set_xlabel(label)
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return figures.to_svg(figure)


def _label(name: str) -> str:
    words = spaced(name)
    return words if len(words) <= MAX_LABEL else f"{words[: MAX_LABEL - 1]}…"
