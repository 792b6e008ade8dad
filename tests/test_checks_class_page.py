"""What Dropout adds to the class page."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from made_up_class import PASSED, row

from autograder.checking.class_page import Count, FindingKind
from autograder.checks.dropout.class_page import DropoutClassPage
from autograder.checks.registry import load_assignment

PAGE = DropoutClassPage()


def with_accuracy(validation, held_out=None, claimed=None):
    held_out = validation if held_out is None else held_out
    score = int((validation or 0) >= 0.55)
    accuracy = {"validation": validation, "held_out": held_out, "claimed": claimed, "score": score}
    return row("ann", PASSED, accuracy=accuracy)


@pytest.mark.parametrize(
    ("submission", "kinds"),
    [
        (with_accuracy(0.57), []),
        (with_accuracy(0.552), [FindingKind.BORDERLINE]),
        (with_accuracy(0.541), [FindingKind.BORDERLINE]),
        (with_accuracy(0.62, 0.43), [FindingKind.INCONSISTENT]),
        (with_accuracy(0.62, 0.58), []),
        (with_accuracy(0.57, claimed=0.9), [FindingKind.INCONSISTENT]),
        (with_accuracy(0.57, claimed=0.58), []),
        (with_accuracy(None, claimed=0.9), []),
        (row("ann", status="unusable"), []),
    ],
    ids="right above below better-on-validation best-of-many claims-more claims-the-same no-model unusable".split(),
)
def test_which_accuracies_to_review(submission, kinds):
    assert [finding.kind for finding in PAGE.findings(submission)] == kinds


def test_a_finding_says_what_was_measured():
    (finding,) = PAGE.findings(with_accuracy(0.62, 0.43))
    assert finding.text == "62.0% on validation images, but 43.0% on held-out images."


def test_a_second_sitting_is_to_be_reviewed():
    submission = with_accuracy(0.56, 0.54)
    submission.result.extra_data["accuracy"]["second_sitting"] = {"validation": 0.48, "held_out": 0.48}
    (finding,) = [f for f in PAGE.findings(submission) if f.kind == FindingKind.INCONSISTENT]
    assert "the notebook reached 48.0%, which counts" in finding.text


def test_how_many_models_reach_the_threshold():
    class_ = [with_accuracy(0.57), with_accuracy(0.3), with_accuracy(None), row("eve", status="unusable")]
    assert list(PAGE.counts(class_)) == [Count("1 of 2", "models reach 55%")]


def test_the_figure_is_a_drawing():
    (panel,) = PAGE.panels([with_accuracy(0.57), with_accuracy(0.3)])
    assert ElementTree.fromstring(panel.svg).tag.endswith("svg")


def test_without_a_measured_model_nothing_is_added():
    class_ = [with_accuracy(None), row("eve", status="unusable")]
    assert not [*PAGE.counts(class_), *PAGE.panels(class_)]


def test_the_assignment_states_its_class_page():
    assert isinstance(load_assignment("dropout").class_page, DropoutClassPage)


def test_grading_does_not_import_matplotlib():
    code = "import sys, autograder.checks.dropout.assignment; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
