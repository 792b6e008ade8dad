"""The statistics of a class, from its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.checking.class_page import ClassPageExtension, ClassRow, Finding, FindingKind
from autograder.results import CheckResult, Result


@dataclass(frozen=True)
class CheckRate:
    """How many of the graded submissions fail a check, as a share of 1."""

    cell: str
    check: str
    about: str
    share: float


@dataclass(frozen=True)
class MisconceptionCount:
    """How many students hold a misconception, and what one of them was told."""

    name: str
    students: int
    example: str


@dataclass(frozen=True)
class ReviewItem:
    """A submission that a person should review, and why."""

    student: str
    finding: Finding


@dataclass(frozen=True)
class ClassStatistics:
    """The statistics of a class with a row for each submission."""

    rows: tuple[ClassRow, ...]

    @property
    def graded(self) -> list[Result]:
        return [row.result for row in self.rows if row.result.status == "graded"]

    @property
    def scores(self) -> list[float]:
        """The points of each submission that has a score: all but internal errors."""
        return [row.result.score for row in self.rows if row.result.score is not None]

    @property
    def max_score(self) -> float:
        return max((row.result.max_score for row in self.rows), default=0.0)

    def check_rates(self) -> list[CheckRate]:
        """Return the rate of every check, the highest first."""
        graded = self.graded
        failed: Counter[tuple[str, str]] = Counter()
        about: dict[tuple[str, str], str] = {}
        for result in graded:
            for cell in result.tests:
                for check in cell.checks:
                    about[cell.name, check.id] = check.about
                    failed[cell.name, check.id] += check.status == "failed"
        rates = [CheckRate(*key, text, failed[key] / len(graded)) for key, text in about.items()]
        return sorted(rates, key=lambda rate: -rate.share)

    def misconceptions(self) -> list[MisconceptionCount]:
        """Return the recognised misconceptions, the most common first."""
        holders: Counter[str] = Counter()
        examples: dict[str, str] = {}
        for result in self.graded:
            found = {c.misconception: c.message for c in _failures(result) if c.misconception}
            holders.update(found.keys())
            examples = found | examples
        return [MisconceptionCount(name, count, examples[name]) for name, count in holders.most_common()]

    def to_review(self, extension: ClassPageExtension) -> list[ReviewItem]:
        """Return what a person should review, by kind of finding."""
        items = [
            ReviewItem(row.student, finding)
            for row in self.rows
            for finding in (*_findings(row.result), *extension.findings(row))
        ]
        return sorted(items, key=lambda item: item.finding.kind)


def _findings(result: Result) -> Iterable[Finding]:
    """Return what is worth a review in any assignment."""
    if result.status == "internal_error":
        yield Finding(FindingKind.INTERNAL_ERROR, result.output)
    if result.status == "unusable":
        yield Finding(FindingKind.UNUSABLE, result.output)


def _failures(result: Result) -> Iterator[CheckResult]:
    for cell in result.tests:
        yield from (check for check in cell.checks if check.status == "failed")
