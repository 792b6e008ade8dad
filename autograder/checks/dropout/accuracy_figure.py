"""The figure of a class's accuracies."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.ticker import PercentFormatter

from autograder.checking import figures
from autograder.checks.dropout.class_accuracies import Accuracy

# What is always shown on each side of the threshold, and the margin around the outermost models, of accuracy
AROUND_THRESHOLD = 0.05
MARGIN = 0.03


def draw_accuracies(measured: Sequence[Accuracy], threshold: float) -> bytes:
    """Draw accuracy on held-out images against accuracy on validation images, as SVG."""
    with figures.style():
        figure, axes = figures.new_figure(4.2)
        for passed, marker, face, label in ((True, "o", "0.2", "all points"), (False, "s", "1", "no points")):
            x = [accuracy.validation for accuracy in measured if accuracy.passed is passed]
            y = [accuracy.held_out for accuracy in measured if accuracy.passed is passed]
            axes.scatter(x, y, marker=marker, facecolor=face, edgecolor="0", s=28, label=label)
        low, high = _limits(measured, threshold)
        axes.plot([low, high], [low, high], color="0.5", linewidth=0.8)
        axes.axvline(threshold, color="0", linestyle="--", linewidth=1)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set_xlabel(f"accuracy on validation images (dashed: {threshold:.0%})")
        axes.set_ylabel("accuracy on held-out images")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.legend(frameon=False, loc="upper left")
        return figures.to_svg(figure)


def _limits(measured: Sequence[Accuracy], threshold: float) -> tuple[float, float]:
    shown = [threshold - AROUND_THRESHOLD, threshold + AROUND_THRESHOLD]
    for accuracy in measured:
        shown += [accuracy.validation, accuracy.held_out]
    return min(shown) - MARGIN, max(shown) + MARGIN
