"""The numbers of a class, from the results and the measurements that grading left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.checking.class_page import ClassRow
from autograder.results import CheckResult

PASS = 0.55
BORDERLINE = 0.01  # ten of the 1,000 validation images: another run may come out on the other side
SUSPICIOUS = 0.05  # three standard errors of the difference between 1,000 and 9,000 images
KINDS = ("Not graded", "Inconsistent", "Unusable", "Borderline")
CLAIM = 0.02  # a solver that says so much more than is measured measured something else


@dataclass(frozen=True)
class Numbers:
    """A class: a row for each submission, in the order of names."""

    rows: tuple[ClassRow, ...]

    @property
    def scored(self) -> list[ClassRow]:
        return [row for row in self.rows if row.result.score is not None]

    @property
    def graded(self) -> list[ClassRow]:
        return [row for row in self.rows if row.result.status == "graded"]

    @property
    def measured(self) -> list[ClassRow]:
        """Those whose model has a measured accuracy."""
        return [row for row in self.graded if accuracy(row).get("validation") is not None]

    @property
    def max_score(self) -> float:
        return max((row.result.max_score for row in self.rows), default=0.0)

    def failure_rates(self) -> list[tuple[str, str, str, float]]:
        """Return cell, check, what it is about and the share of graded submissions that fail it.

        The hardest come first; a check that nobody fails comes too, with 0.
        """
        failed: Counter = Counter()
        about: dict[tuple[str, str], str] = {}
        for row in self.graded:
            for cell in row.result.tests:
                for check in cell.checks:
                    about[cell.name, check.id] = check.about
                    failed[cell.name, check.id] += check.status == "failed"
        rates = [(*key, about[key], failed[key] / len(self.graded)) for key in about]
        return sorted(rates, key=lambda rate: -rate[3])

    def misconceptions(self) -> list[tuple[str, int, str]]:
        """Return each misconception, how many students hold it, and what one of them was told."""
        holders: Counter = Counter()
        told: dict[str, str] = {}
        for row in self.graded:
            found = {check.misconception: check.message for check in _failures(row) if check.misconception}
            holders.update(found.keys())
            told = found | told
        return [(name, count, told[name]) for name, count in holders.most_common()]

    def for_a_person(self) -> list[tuple[str, str]]:
        """Return students whose submission a person should look at, each with a reason, by kind of reason."""
        found = [(row.student, reason) for row in self.rows for reason in _reasons(row)]
        return sorted(found, key=lambda entry: KINDS.index(entry[1].split(":")[0]))


def _reasons(row: ClassRow) -> Iterator[str]:
    if row.result.status == "internal_error":
        yield f"Not graded: through a fault of ours. {row.result.output}"
    if row.result.status == "unusable":
        yield f"Unusable: {row.result.output}"
    validation, unseen = accuracy(row).get("validation"), accuracy(row).get("held_out")
    claimed = accuracy(row).get("claimed")
    if validation is None:
        return
    if abs(validation - PASS) < BORDERLINE:
        yield f"Borderline: {validation:.1%} on validation, and the line is at {PASS:.0%}."
    if unseen is not None and validation - unseen > SUSPICIOUS:
        yield f"Inconsistent: {validation:.1%} on validation, {unseen:.1%} on images that nobody has seen."
    if claimed is not None and claimed - validation > CLAIM:
        yield f"Inconsistent: the solver says {claimed:.1%}, and {validation:.1%} was measured."


def accuracy(row: ClassRow) -> dict:
    """Return what was measured of the model, an empty dict if nothing was."""
    return row.result.extra_data.get("accuracy", {})


def _failures(row: ClassRow) -> Iterator[CheckResult]:
    for cell in row.result.tests:
        yield from (check for check in cell.checks if check.status == "failed")
