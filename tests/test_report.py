"""The page on a class, from made-up results."""

import base64
import re
import xml.etree.ElementTree as ElementTree

from autograder.checking.class_page import ClassRow
from autograder.feedback.class_numbers import Numbers
from autograder.feedback.class_page import page
from autograder.results import CellResult, CheckResult, Result

SWAPPED = CheckResult(
    "outputs", "failed", 2, "Outputs.", "You take p <for> dropping.", "keep_and_drop_swapped"
)


def row(student, validation=0.57, held_out=0.565, *, claimed=None, checks=(), status="graded", output=""):
    accuracy = {"validation": validation, "held_out": held_out, "claimed": claimed}
    accuracy["score"] = int(validation >= 0.55)
    cells = (CellResult("test_dropout_forward", 0.0 if checks else 15.0, 15.0, checks),)
    extra = {"accuracy": accuracy} if status == "graded" else {}
    result = Result(f"{student}/dropout", status, 15.0, cells, output, 90.0, extra)
    return ClassRow(student, result, 800.0)


PASSED = CheckResult("outputs", "passed", 2, "Outputs.")
CLASS = Numbers(
    (
        row("ann", checks=(PASSED,)),
        row("ben", 0.552, checks=(SWAPPED,)),
        row("cat", 0.62, 0.43, checks=(SWAPPED,)),
        row("dan", 0.57, claimed=0.9, checks=(PASSED,)),
        row("eve", status="internal_error", output="two workers died"),
        row("fay", status="unusable", output="it is empty"),
    )
)


def test_who_needs_a_person_and_why():
    assert [(student, reason.split(":")[0]) for student, reason in CLASS.for_a_person()] == [
        ("eve", "Not graded"),
        ("cat", "Inconsistent"),
        ("dan", "Inconsistent"),
        ("fay", "Unusable"),
        ("ben", "Borderline"),
    ]


def test_a_check_s_rate_is_of_graded_submissions():
    assert CLASS.failure_rates() == [("test_dropout_forward", "outputs", "Outputs.", 0.5)]


def test_a_misconception_counts_students():
    assert CLASS.misconceptions() == [("keep_and_drop_swapped", 2, SWAPPED.message)]


def test_an_internal_error_is_no_zero():
    assert len(CLASS.scored) == 5
    assert "1</b>internal errors" in page(CLASS, "dropout")


def test_the_page_needs_nothing_else():
    text = page(CLASS, "dropout")
    sources = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert len(sources) == 6
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert "<script" not in text


def test_figures_are_drawings_with_text_for_those_who_do_not_see_them():
    text = page(CLASS, "dropout")
    assert len(re.findall(r'<img alt="[^"]{10,}"', text)) == 6
    for data in re.findall(r"base64,([^\"]*)", text):
        assert ElementTree.fromstring(base64.b64decode(data)).tag.endswith("svg")


def test_figures_have_no_colours():
    for data in re.findall(r"base64,([^\"]*)", page(CLASS, "dropout")):
        colours = set(re.findall(r"#([0-9a-f]{6})", base64.b64decode(data).decode()))
        assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


def test_what_students_wrote_is_escaped():
    assert "You take p &lt;for&gt; dropping." in page(CLASS, "dropout")


def test_a_class_without_accuracies_has_a_page():
    assert "models reach 55%" not in page(
        Numbers((row("fay", status="unusable", output="empty"),)), "dropout"
    )
