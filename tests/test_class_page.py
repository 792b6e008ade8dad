"""The page on a class, from made-up results."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hostile_text import HOSTILE, Tags
from made_up_class import CLASS, PASSED, row

from autograder.checking.class_page import ClassPageExtension, Count, Finding, FindingKind, Panel
from autograder.feedback.class_page import render_class_page
from autograder.results import CheckResult

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


class Adding(ClassPageExtension):
    def counts(self, rows):
        return [Count(f"{len(rows)} of 6", "have a <row>")]

    def panels(self, rows):
        return [Panel("Extra", SVG, "An extra figure", "Read <this>.")]

    def findings(self, row):
        return [Finding(FindingKind.INCONSISTENT, f"see {row.student}")] if row.student == "dan" else []


def render(rows=CLASS, extension=None):
    return render_class_page(rows, "exercise", extension or ClassPageExtension())


def drawings(text):
    return [base64.b64decode(data).decode() for data in re.findall(r"base64,([^\"]*)", text)]


@pytest.fixture(scope="module")
def page():
    return render()


def test_the_page_needs_no_other_file(page):
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == 5
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)


def test_the_style_is_in_the_page(page):
    assert "@media print" in page


def test_every_figure_is_a_drawing(page):
    assert [ElementTree.fromstring(svg).tag for svg in drawings(page)] == [
        "{http://www.w3.org/2000/svg}svg"
    ] * 5


def test_every_figure_has_a_description(page):
    assert len(re.findall(r'<img alt="[^"]{10,}"', page)) == 5


def test_figures_have_no_colours(page):
    colours = set(re.findall(r"#([0-9a-f]{6})", "".join(drawings(page))))
    assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


def test_equal_classes_give_equal_pages(page):
    assert render() == page


def test_internal_errors_are_counted(page):
    assert "<b>1</b>internal errors" in page


def test_what_to_review_stands_with_its_reason(page):
    assert "<td>fay</td><td>Internal error: two workers died</td>" in page


def test_an_assignment_adds_a_count():
    assert "<b>6 of 6</b>have a &lt;row&gt;" in render(extension=Adding())


def test_an_assignment_adds_a_figure():
    page = render(extension=Adding())
    assert SVG.decode() in drawings(page)
    assert "Read &lt;this&gt;." in page


def test_an_assignment_adds_a_finding():
    assert "<td>dan</td><td>Inconsistent: see dan</td>" in render(extension=Adding())


def test_nothing_to_review_is_said():
    assert "<p>None.</p>" in render([row("ann", PASSED)])


@pytest.mark.parametrize("status", ["unusable", "internal_error"])
def test_a_class_in_which_nothing_was_graded_has_a_page(status):
    assert "<b>1</b>submissions" in render([row("ann", status=status, output="empty")])


def hostile_check(**fields):
    return CheckResult(**{"id": "outputs", "status": "failed", "about": "Outputs.", **fields})


@pytest.mark.parametrize(
    "hostile",
    [
        row(HOSTILE, status="unusable"),
        row("eve", status="unusable", output=HOSTILE),
        row("eve", status="internal_error", output=HOSTILE),
        row("eve", hostile_check(about=HOSTILE)),
        row("eve", hostile_check(message=HOSTILE, misconception="swapped")),
    ],
    ids=["student", "output", "internal-error", "about", "message"],
)
def test_hostile_text_is_escaped(hostile, page):
    text = render([*CLASS, hostile])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert Tags(text).names == Tags(page).names
    assert Tags(text).attributes == Tags(page).attributes
