"""The figures, as SVG: black and grey with hatches, so that a printer and every eye can read them.

They are as wide as a phone, in points: text keeps its size there, and on a screen two stand side by side.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograder.feedback.class_numbers import PASS, Numbers, accuracy

WIDTH = 4.8  # inches
STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "autograder",  # the same class gives the same file
    "hatch.linewidth": 0.6,
}
BAR = {"color": "0.8", "edgecolor": "0.1", "linewidth": 0.8}


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def scores(numbers: Numbers) -> bytes:
    """Draw how many submissions have how many points."""
    with rc_context(STYLE):
        figure, axes = _axes(2.8)
        points = [row.result.score for row in numbers.scored]
        axes.hist(points, bins=np.linspace(0, numbers.max_score or 1, 19), **BAR)
        median = float(np.median(points)) if points else 0
        axes.axvline(median, color="0", linestyle="--", linewidth=1)
        axes.set_title(f"median {median:g} of {numbers.max_score:g} points (dashed)", fontsize=10)
        axes.set_xlabel("points from the checks")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure)


def failure_rates(numbers: Numbers, most: int = 20) -> bytes:
    """Draw the checks that most submissions fail, a hatch for each cell."""
    with rc_context(STYLE):
        rates = [rate for rate in numbers.failure_rates() if rate[3] > 0][:most]
        cells = sorted({cell for cell, *_ in rates})
        figure, axes = _axes(1.1 + 0.26 * max(1, len(rates)))
        hatches = dict(zip(cells, ("", "////", "....", "xxxx", "----", "||||") * len(cells), strict=False))
        for cell in cells:
            places = [i for i, rate in enumerate(rates) if rate[0] == cell]
            share = [rates[i][3] for i in places]
            axes.barh(places, share, hatch=hatches[cell], label=cell.removeprefix("test_"), **BAR)
        names = [_short(check) for _, check, _, _ in rates]
        axes.set_yticks(range(len(rates)), names, fontsize=8)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_xlabel("share of graded submissions that fail")
        if cells:
            figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
        return _svg(figure)


def misconceptions(numbers: Numbers) -> bytes:
    """Draw how many students hold each misconception."""
    with rc_context(STYLE):
        held = numbers.misconceptions()
        figure, axes = _axes(0.9 + 0.26 * max(1, len(held)))
        axes.barh(range(len(held)), [count for _, count, _ in held], **BAR)
        axes.set_yticks(range(len(held)), [_short(name) for name, *_ in held], fontsize=8)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("students")
        return _svg(figure)


def accuracies(numbers: Numbers) -> bytes:
    """Draw accuracy on validation against accuracy on images that nobody has seen."""
    with rc_context(STYLE):
        figure, axes = _axes(4.2)
        points = [(accuracy(row)["validation"], accuracy(row)["held_out"]) for row in numbers.measured]
        for passed, marker, face, label in ((True, "o", "0.2", "all points"), (False, "s", "1", "none")):
            chosen = [
                point
                for point, row in zip(points, numbers.measured, strict=True)
                if (accuracy(row)["score"] == 1) is passed
            ]
            x, y = np.array(chosen).T if chosen else ([], [])
            axes.scatter(x, y, marker=marker, facecolor=face, edgecolor="0", s=28, label=label)
        low, high = min((*sum(points, ()), 0.5)) - 0.03, max((*sum(points, ()), 0.6)) + 0.03
        axes.plot([low, high], [low, high], color="0.5", linewidth=0.8)
        axes.axvline(PASS, color="0", linestyle="--", linewidth=1)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set_xlabel("accuracy on validation (dashed: 55%)")
        axes.set_ylabel("accuracy on unseen images")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.legend(frameon=False, loc="upper left")
        return _svg(figure)


def histogram(values: Sequence[float], label: str) -> bytes:
    """Draw how often a measurement came out how large."""
    with rc_context(STYLE):
        figure, axes = _axes(2.4)
        axes.hist(values, bins=15, **BAR)
        axes.set_xlabel(label)
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure)


def _short(name: str, most: int = 34) -> str:
    words = name.replace("_", " ")
    return words if len(words) <= most else f"{words[: most - 1]}…"
