"""What a student reads of a Result, as HTML."""

import re

import pytest
from hostile_text import HOSTILE, Tags
from nbconvert.filters import markdown2html

from autograder.feedback.student_page import cell_html, summary_html
from autograder.results import CellResult, CheckResult, Result

PASSED = CheckResult("shape", "passed", about="The shape is kept.")
FAILED = CheckResult("outputs", "failed", 1, "Outputs.", "They are swapped.", "keep_and_drop_swapped")
CELL = CellResult("test_forward", 7.5, 15.0, (PASSED, FAILED), notes=("A note.",))
MARKDOWN = "first\n\n# A heading\n\n![image](https://example.org/x.png)"


def graded(*cells, status="graded", output=""):
    return Result("ann/exercise", status, 15.0, cells, output)


def text_of(html):
    """Return the text that a reader sees, in one line."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def test_the_summary_begins_with_the_score():
    assert text_of(summary_html(graded(CELL))).startswith("Graded by the checks: 7.5 of 15 points")


def test_the_summary_counts_the_checks_of_a_cell():
    assert "7.5 / 15 ✗ test_forward (1 of 2 checks passed)" in text_of(summary_html(graded(CELL)))


def test_the_summary_leads_to_the_cell():
    assert 'href="#test_forward"' in summary_html(graded(CELL))


def test_the_summary_gives_the_reason_and_its_name():
    assert "✗ Outputs. keep and drop swapped They are swapped." in text_of(summary_html(graded(CELL)))


def test_the_summary_leaves_out_what_passed():
    assert "The shape is kept." not in summary_html(graded(CELL))


def test_the_summary_gives_advice():
    summary = summary_html(graded(CELL, output="Change no inputs.\nPrint less."))
    assert "<li>Change no inputs.</li>\n<li>Print less.</li>" in summary


def test_an_unusable_submission_has_a_summary_with_its_reason():
    unusable = graded(CellResult("test_forward", 0.0, 15.0), status="unusable", output="It is empty.")
    assert text_of(summary_html(unusable)).startswith(
        "Graded by the checks: 0 of 15 points 0 / 15 ✗ test_forward It"
    )


def test_the_summary_fits_a_phone():
    assert 'name="viewport" content="width=device-width' in summary_html(graded(CELL))


def test_a_cell_lists_all_of_its_checks():
    assert text_of(cell_html(CELL)) == (
        "7.5 of 15 points A note. ✓ The shape is kept. ✗ Outputs. keep and drop swapped They are swapped."
    )


def with_text(place, text):
    """Return a graded Result with a text in one place."""
    check = CheckResult("outputs", "failed", 1, "Outputs.", "They are swapped.", "swapped")
    fields = {"checks": (check,), "notes": ("A note.",)}
    if place in ("about", "message"):
        fields["checks"] = (CheckResult(**{**vars(check), place: text}),)
    elif place == "note":
        fields["notes"] = (text,)
    return graded(
        CellResult("test_forward", 7.5, 15.0, **fields), output=text if place == "output" else "Advice."
    )


@pytest.mark.parametrize("place", ["about", "message", "note", "output"])
def test_hostile_text_is_escaped_in_the_summary(place):
    html = markdown2html(summary_html(with_text(place, HOSTILE)))
    usual = markdown2html(summary_html(with_text(place, "usual")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7 * 7 }}" in html
    assert Tags(html).names == Tags(usual).names
    assert Tags(html).attributes == Tags(usual).attributes


@pytest.mark.parametrize("place", ["about", "message", "note"])
def test_hostile_text_is_escaped_in_a_cells_output(place):
    html, usual = (cell_html(with_text(place, text).tests[0]) for text in (HOSTILE, "usual"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert Tags(html).names == Tags(usual).names
    assert Tags(html).attributes == Tags(usual).attributes


@pytest.mark.parametrize("place", ["about", "message", "note", "output"])
def test_markdown_in_a_text_is_not_rendered(place):
    names = Tags(markdown2html(summary_html(with_text(place, MARKDOWN)))).names
    assert not names & {"h1", "img"}
