"""What Dropout adds to the class page: the accuracies of the trained models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autograder.checking.class_page import ClassPageExtension, ClassRow, Count, Finding, FindingKind, Panel
from autograder.checks.dropout.class_accuracies import Accuracy, measured_accuracy
from autograder.checks.dropout.score import PASS_PERCENT

THRESHOLD = PASS_PERCENT / 100
# Ten of the 1,000 validation images: another training run may end on the other side of the threshold
BORDERLINE_MARGIN = 0.01
# Three standard errors of the difference between accuracies on 1,000 and on 9,000 images
HELD_OUT_GAP = 0.05
# A solver that claims this much more than was measured did not measure the same model on the same images
CLAIM_EXCESS = 0.02


class DropoutClassPage(ClassPageExtension):
    """Compares the accuracies of a class with the threshold and with held-out images."""

    def counts(self, rows: Sequence[ClassRow]) -> Iterator[Count]:
        measured = _all_measured(rows)
        if measured:
            passed = sum(accuracy.passed for accuracy in measured)
            yield Count(f"{passed} of {len(measured)}", f"models reach {PASS_PERCENT}%")

    def panels(self, rows: Sequence[ClassRow]) -> Iterator[Panel]:
        # Only the class page needs Matplotlib: importing it here keeps it out of every grading.
        from autograder.checks.dropout.accuracy_figure import draw_accuracies

        measured = _all_measured(rows)
        if measured:
            yield Panel(
                "Accuracy",
                draw_accuracies(measured, THRESHOLD),
                "Accuracy on the validation images against accuracy on held-out images, with the "
                f"{PASS_PERCENT}% threshold.",
                "A model on the diagonal does as well on held-out images as on validation images. A model "
                "far below it was probably trained on the validation images.",
            )

    def findings(self, row: ClassRow) -> Iterable[Finding]:
        accuracy = measured_accuracy(row)
        return _findings(accuracy) if accuracy else ()


def _all_measured(rows: Iterable[ClassRow]) -> list[Accuracy]:
    return [accuracy for accuracy in map(measured_accuracy, rows) if accuracy]


def _findings(accuracy: Accuracy) -> Iterator[Finding]:
    validation, held_out, claimed = accuracy.validation, accuracy.held_out, accuracy.claimed
    if abs(validation - THRESHOLD) < BORDERLINE_MARGIN:
        text = f"{validation:.1%} on validation images, close to the threshold of {PASS_PERCENT}%."
        yield Finding(FindingKind.BORDERLINE, text)
    second = accuracy.second_sitting
    if second is not None or validation - held_out > HELD_OUT_GAP:
        text = f"{validation:.1%} on validation images, but {held_out:.1%} on held-out images."
        if second is not None:
            text += (
                f" Run again with other validation images, the notebook reached {second:.1%}, which counts."
            )
        yield Finding(FindingKind.INCONSISTENT, text)
    if claimed is not None and claimed - validation > CLAIM_EXCESS:
        text = f"the solver reports {claimed:.1%}, but {validation:.1%} was measured."
        yield Finding(FindingKind.INCONSISTENT, text)
