"""The words for results: of a status, a kind of finding, a name, points, a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autograder.checking.class_page import FindingKind
from autograder.results import CellResult, CheckStatus, Result, Status

STATUS_WORDS: dict[Status, str] = {
    "graded": "graded",
    "unusable": "unusable",
    "internal_error": "internal error",
}
FINDING_WORDS = {
    FindingKind.INTERNAL_ERROR: "Internal error",
    FindingKind.INCONSISTENT: "Inconsistent",
    FindingKind.UNUSABLE: "Unusable",
    FindingKind.BORDERLINE: "Borderline",
}
CHECK_MARKS: dict[CheckStatus, str] = {"passed": "✓", "failed": "✗", "error": "!"}


def points(value: float) -> str:
    """Write points with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def spaced(name: str) -> str:
    """Write the name of a check or a misconception in words."""
    return name.replace("_", " ")


def short_cell(name: str) -> str:
    """Return a test cell's name without its prefix."""
    return name.removeprefix("test_")


def count_statuses(results: Iterable[Result]) -> str:
    """Write how many submissions have each status, such as "7 graded, 1 unusable"."""
    counts = Counter(result.status for result in results)
    return ", ".join(f"{counts[status]} {word}" for status, word in STATUS_WORDS.items() if counts[status])


def class_summary(results: Sequence[Result], unchanged: int) -> str:
    """Write how a class was graded; `unchanged` of the results are of an earlier run."""
    skipped = f"; {unchanged} were unchanged since they were graded" if unchanged else ""
    return f"{len(results)} submissions: {count_statuses(results)}{skipped}."


def cell_text(cell: CellResult) -> str:
    """Write a cell's points, notes and checks as plain text."""
    lines = [f"{points(cell.score)} of {points(cell.max_score)} points"]
    lines += cell.notes
    for check in cell.checks:
        lines.append(f"{CHECK_MARKS[check.status]} {check.about}")
        lines += [f"    {check.message}"] if check.message else []
    return "\n".join(lines)


def first_reason(result: Result) -> str:
    """Return one line that says why points were lost, "" if none were."""
    if result.status != "graded":
        return result.output.splitlines()[0] if result.output else STATUS_WORDS[result.status]
    for cell in result.tests:
        for check in cell.checks:
            if check.status == "failed":
                return f"{cell.name}: {check.message or check.about}"
    return ""
