"""The measured accuracies of a class, from its results."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checking.class_page import ClassRow


@dataclass(frozen=True)
class Accuracy:
    """The measured accuracy of a student's model, as a share of the images.

    Attributes
    ----------
    claimed : float or None
        What the student's solver reports, None if it reports nothing.
    passed : bool
        Whether the accuracy earned the points.
    second_sitting : float or None
        The validation accuracy of the model that counted in place of this one, None if this one counted.
    """

    validation: float
    held_out: float
    claimed: float | None
    passed: bool
    second_sitting: float | None = None


def measured_accuracy(row: ClassRow) -> Accuracy | None:
    """Return what was measured of a submission's model, None if there was no model to measure."""
    recorded = row.result.extra_data.get("accuracy", {})
    if row.result.status != "graded" or recorded.get("validation") is None:
        return None
    return Accuracy(
        recorded["validation"],
        recorded["held_out"],
        recorded["claimed"],
        passed=recorded["score"] == 1,
        second_sitting=recorded.get("second_sitting", {}).get("validation"),
    )
