"""The hidden check of the trained model: its accuracy, measured from its arrays."""

from dataclasses import dataclass

import numpy as np
import pytest

from autograder.checks.dropout.accuracy import read_model
from autograder.checks.dropout.bounds import exceeds_by_chance, wilson
from autograder.checks.dropout.exchange import exchanged_validation
from autograder.checks.dropout.score import PASS_PERCENT, accuracy_score
from autograder.errors import CheckFailed, SubmissionError
from autograder.kernel.codec import Ref

# One-sided p-value below which validation accuracy is in doubt. An honest choice of the best epoch and
# settings comes to it now and then; it then costs a second training, and no points.
DOUBT = 1e-3


@dataclass(frozen=True)
class Sitting:
    """How many images a model classifies correctly: validation images, and held-out ones."""

    correct: int
    total: int
    held_out_correct: int
    held_out_total: int

    @property
    def validation(self):
        return self.correct / self.total

    @property
    def held_out(self):
        return self.held_out_correct / self.held_out_total

    @property
    def in_doubt(self):
        """Whether points depend on an accuracy that is higher than on held-out images beyond chance."""
        passes = accuracy_score(self.correct, self.total)
        if not passes or accuracy_score(self.held_out_correct, self.held_out_total):
            return False
        counts = (self.correct, self.total, self.held_out_correct, self.held_out_total)
        return exceeds_by_chance(*counts) < DOUBT


@pytest.mark.weight(1)
def test_reaches_55_percent(student, data, exam, rng, record, note, measure, run_again):
    """`model` classifies at least 55% of the validation images: min(floor((X - 32%) / 23%), 1) is 1."""
    claimed = claim(student)
    record("accuracy", {"validation": None, "held_out": None, "claimed": claimed, "score": 0})
    sitting = sit(student, exam)
    record("accuracy", {"validation": sitting.validation, "held_out": sitting.held_out})
    reason = ""
    if sitting.in_doubt:
        reason = doubt(sitting)
        try:
            with exchanged_validation(data, rng) as exchanged, run_again(exchanged) as again:
                sitting = sit(again, exam)
        except (SubmissionError, CheckFailed) as error:
            raise CheckFailed(f"{reason} There: {error}") from error
        second = {"validation": sitting.validation, "held_out": sitting.held_out}
        record("accuracy", {"second_sitting": second})
    score = accuracy_score(sitting.correct, sitting.total)
    record("accuracy", {"score": score})
    measure("X, validation accuracy", 100 * sitting.validation, low=PASS_PERCENT, unit="%")
    measure("accuracy on held-out images", 100 * sitting.held_out, unit="%")
    text = f"{reason} {describe(sitting.correct, sitting.total, claimed)}".strip()
    if not score:
        raise CheckFailed(text)
    note(text)


def sit(student, exam):
    """Measure the student's `model` on the validation images and on the held-out ones."""
    model = read_model(student, int(np.prod(exam.X_val.shape[1:])), number_of_classes(exam))
    return Sitting(
        model.count_right(exam.X_val, exam.y_val),
        len(exam.y_val),
        model.count_right(exam.X_held_out, exam.y_held_out),
        len(exam.y_held_out),
    )


def doubt(sitting):
    """Say why and how the notebook was run again."""
    return (
        f"The model classifies {sitting.validation:.1%} of the {sitting.total} validation images, but only "
        f"{sitting.held_out:.1%} of {sitting.held_out_total} images that the notebook does not have. Chance "
        "does not explain that, so the notebook was run again with other validation images; X is the "
        "accuracy of that model on the usual ones."
    )


def describe(correct, out_of, claimed):
    """Say what X is, how sure that is, and how far the threshold is."""
    X, (low, high) = correct / out_of, wilson(correct, out_of)
    missing = -(-PASS_PERCENT * out_of // 100) - correct  # images, rounded up
    text = f"X = {X:.1%} ({correct} of {out_of}; 95% interval {low:.1%} to {high:.1%}), "
    if missing > 0:
        text += (
            f"{PASS_PERCENT - 100 * X:.1f} points short of {PASS_PERCENT}%, which takes {missing} more. "
            "Train longer or wider, with batchnorm, and aim at 57% to have a margin."
        )
    else:
        text += f"{100 * X - PASS_PERCENT:.1f} points above the {PASS_PERCENT}% that are needed."
    return text + ("" if claimed is None else f" (solver.best_val_acc says {claimed:.1%}; it is not scored.)")


def claim(student):
    """Return what the solver says its best accuracy was, None where it says nothing that could be one."""
    try:
        value = student.read(Ref("solver").attr("best_val_acc"), "value")
    except SubmissionError:
        return None
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def number_of_classes(exam):
    return int(max(exam.y_val.max(), exam.y_held_out.max())) + 1
