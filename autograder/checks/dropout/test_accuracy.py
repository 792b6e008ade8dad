"""The hidden check of the trained model: its accuracy, measured from its arrays."""

import numpy as np
import pytest

from autograder.checks.dropout.accuracy import read_model
from autograder.checks.dropout.bounds import exceeds_by_chance, wilson
from autograder.checks.dropout.score import PASS_PERCENT, accuracy_score
from autograder.errors import CheckFailed, SubmissionError
from autograder.kernel.codec import Ref

# Below this one-sided p-value, validation accuracy is better than on images nobody has seen, beyond what
# choosing the best of many epochs and settings explains: about 8 points of 1,000 images
BEYOND_CHANCE = 1e-6


@pytest.mark.weight(1)
def test_reaches_55_percent(student, exam, record, note):
    """`model` classifies at least 55% of the validation images: min(floor((X - 32%) / 23%), 1) is 1."""
    claimed = claim(student)
    record("accuracy", {"validation": None, "held_out": None, "claimed": claimed, "score": 0})
    model = read_model(student, int(np.prod(exam.X_val.shape[1:])), number_of_classes(exam))
    right, total = model.count_right(exam.X_val, exam.y_val), len(exam.y_val)
    unseen, of_unseen = model.count_right(exam.X_held_out, exam.y_held_out), len(exam.y_held_out)
    suspicious = exceeds_by_chance(right, total, unseen, of_unseen) < BEYOND_CHANCE
    correct, out_of = (unseen, of_unseen) if suspicious else (right, total)
    score = accuracy_score(correct, out_of)
    record("accuracy", {"validation": right / total, "held_out": unseen / of_unseen, "score": score})
    text = describe(correct, out_of, claimed)
    if suspicious:
        text = (
            f"The {total} validation images are classified better ({right / total:.1%}) than {of_unseen} "
            "images that nobody has seen, beyond chance; so X is the accuracy on those. Train on the "
            f"training images only. {text}"
        )
    if not score:
        raise CheckFailed(text)
    note(text)


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
