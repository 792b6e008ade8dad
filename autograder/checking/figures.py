"""The style of the class page's figures: black and grey with hatches, for print and for colour-blind readers.

A figure is as wide as a phone, so that its text keeps its size there; a wide screen shows two in a row.
"""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH_IN = 4.8  # inches
BAR: dict[str, Any] = {"color": "0.8", "edgecolor": "0.1", "linewidth": 0.8}


def style() -> AbstractContextManager[None]:
    """Return a context in which figures are drawn and saved in this style."""
    return rc_context(
        {
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "autograder",  # so that equal figures are equal files
            "hatch.linewidth": 0.6,
        }
    )


def new_figure(height_in: float) -> tuple[Figure, Axes]:
    """Return a figure of this height in inches with one pair of axes."""
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    return figure, figure.subplots()


def to_svg(figure: Figure) -> bytes:
    """Return a figure as an SVG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
