"""A Result in words."""

from __future__ import annotations

from autograder.results import CellResult, Result

MARKS = {"passed": "✓", "failed": "✗", "error": "!"}


def points(value: float) -> str:
    """Write points as a person would: at most two decimals, none where there are none."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def cell_text(cell: CellResult) -> str:
    """Describe a cell's verdicts in plain text."""
    lines = [f"{points(cell.score)} of {points(cell.max_score)} points"]
    lines += cell.notes
    for check in cell.checks:
        lines.append(f"{MARKS[check.status]} {check.about}")
        lines += [f"    {check.message}"] if check.message else []
    return "\n".join(lines)


def first_reason(result: Result) -> str:
    """Return one line that says why points were lost, "" where none were."""
    if result.status != "graded":
        return result.output.splitlines()[0] if result.output else result.status
    for cell in result.tests:
        for check in cell.checks:
            if check.status == "failed":
                return f"{cell.name}: {check.message or check.about}"
    return ""
