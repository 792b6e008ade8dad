"""An instructor's way through formgrader, in a browser, with a class of three; and what the students get back."""

import csv
import json
import re

import nbformat
import pytest
from conftest import ROOT
from processes import run

from autograder.demo.answering import answered, read_answers
from autograder.demo.demonstration import make_course
from browser.lab import TOKEN, TRAINED, server, shoot

CLASS = {"alice": ("not_trained",), "bob": ("not_trained", "p_is_for_dropping"), "carol": None}
WHEN = "2026-01-02 03:04:05 UTC"
SETTINGS = """
c.Exchange.root = {exchange!r}
c.ExchangeCollect.check_owner = False  # one account plays three students
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "device_scale_factor": 2}


class Formgrader:
    """The formgrader page, and the round of one assignment."""

    def __init__(self, page, address, course, exchange):
        self.page, self.address, self.course, self.exchange = page, address, course, exchange
        page.goto(f"{address}/lab?token={TOKEN}")  # formgrader's pages then go by its cookie

    def open(self, path):
        self.page.goto(f"{self.address}/formgrader/{path}")

    def press(self, path, row, column, timeout=90_000):
        """Press a button of a table's row and return what the dialog says."""
        self.open(path)
        self.page.locator("tr", has_text=row).locator(f"td.{column} a").click()
        dialog = self.page.locator(".modal.in")
        dialog.wait_for(timeout=timeout)
        said = dialog.locator(".modal-title").inner_text()
        return said if said == "Success" else dialog.inner_text()

    def submit(self, student, notebook):
        """Put a notebook where `nbgrader submit` of this student would have put it."""
        folder = self.exchange / "deep-learning/inbound" / f"{student}+dropout+{WHEN}+{student}"
        folder.mkdir()
        nbformat.write(notebook, folder / "dropout.ipynb")
        (folder / "timestamp.txt").write_text(WHEN)
        (folder / "submission_secret.txt").write_text(f"the secret of {student}")

    def grade_by_hand(self, number, points):
        """Open one submission under Manual Grading, and type the points for its written answer."""
        self.open("gradebook/dropout/dropout")
        self.page.get_by_text(f"Submission #{number}", exact=True).click()
        answer = self.page.locator(".nbgrader_cell", has=self.page.locator("#dropout_as_regularizer-comment"))
        answer.locator("input.extra-credit[placeholder]").wait_for()  # the page then listens to what is typed
        self.page.get_by_text("For graders, not for students").scroll_into_view_if_needed()
        with self.page.expect_response(lambda response: "/api/grade/" in response.url):
            answer.locator("input.score").fill(str(points))
            answer.locator("input.score").press("Tab")


@pytest.fixture(scope="module")
def graded(page, images, released, reference, tmp_path_factory):
    """The round as far as a person's marks: `said` is what each button answered."""
    course = make_course(ROOT, tmp_path_factory.mktemp("course") / "course")
    exchange = tmp_path_factory.mktemp("exchange")
    exchange.chmod(0o777)
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(SETTINGS.format(exchange=str(exchange)))
    home = tmp_path_factory.mktemp("home")
    with server(course, home, CIFAR10_DIR=str(images), XDG_CACHE_HOME=str(home / "cache")) as address:
        forms = Formgrader(page, address, course, exchange)
        forms.said = {
            name: forms.press("manage_assignments", "dropout", name) for name in ("assign", "release")
        }
        for student, parts in CLASS.items():
            given = {} if parts is None else dict(reference)
            for part in parts or ():
                given |= read_answers(part)
            forms.submit(
                student, answered(released, given | {"dropout_as_regularizer": f"Yes, says {student}."})
            )
        forms.said["collect"] = forms.press("manage_assignments", "dropout", "collect")
        for student in CLASS:
            path = "manage_submissions/dropout"
            forms.said[student] = forms.press(path, student, "autograde", TRAINED)
        forms.open(path)
        page.locator("tr", has_text="carol").wait_for()
        shoot(page, "formgrader-autograded")
        yield forms


@pytest.fixture(scope="module")
def returned(graded):
    """The same round, with a person's marks, and feedback made and released."""
    for number, points in enumerate((8, 5, 0), 1):
        graded.grade_by_hand(number, points)
        if number == 1:
            shoot(graded.page, "formgrader-mark-scheme")
    for button in ("generate-feedback", "release-feedback"):
        graded.said[button] = graded.press("manage_assignments", "dropout", button)
    return graded


def export(course):
    """Return each student's score, as `nbgrader export` writes it."""
    run(course, "nbgrader", "export").check_returncode()
    rows = csv.DictReader((course / "grades.csv").read_text().splitlines())
    return {row["student_id"]: float(row["score"]) for row in rows if row["assignment"] == "dropout"}


def test_every_button_succeeds(returned):
    assert returned.said == dict.fromkeys(returned.said, "Success")


def test_the_assignments_are_listed(graded):
    graded.open("manage_assignments")
    graded.page.locator("td.name a", has_text="dropout").wait_for()
    assert graded.page.locator("td.name").all_inner_texts() == ["dropout", "layernorm"]
    shoot(graded.page, "formgrader-assignments")


def test_the_gradebook_adds_the_persons_marks_to_ours(returned):
    ours = {}
    for student in CLASS:
        result = json.loads((returned.course / f"autograded/{student}/dropout/results.json").read_text())
        ours[student] = result["score"]
    assert ours["alice"] == 60
    assert ours["carol"] == 0
    total = sum(
        export(returned.course).values()
    )  # which number each student has is formgrader's own business
    assert total == pytest.approx(sum(ours.values()) + 8 + 5 + 0, abs=0.01)


def test_the_mark_scheme_stands_above_the_answer(returned):
    returned.open("gradebook/dropout/dropout")
    returned.page.get_by_text("Submission #1", exact=True).click()
    returned.page.get_by_text("Yes, says").wait_for()
    text = returned.page.locator("#notebook-container").first.inner_text()
    assert re.search(r"Mark scheme, 10 points.*Yes, says \w+\.", text, re.DOTALL)


@pytest.fixture(params=["desktop", "phone"])
def feedback(request, returned, chromium):
    """Bob's feedback page, which fails for a reason that has a name."""
    page = chromium.new_page(
        **(PHONE if request.param == "phone" else {"viewport": {"width": 1200, "height": 800}})
    )
    page.goto(f"file://{returned.course}/feedback/bob/dropout/dropout.html")
    shoot(page, f"feedback-{request.param}")
    yield page
    page.close()


def test_the_feedback_begins_with_the_scores_and_the_reasons(feedback):
    summary = feedback.locator(".ag").first.inner_text()
    assert "Graded by the checks" in summary
    assert "keep and drop swapped" in summary
    assert "p is the probability of keeping" in summary


def test_the_feedback_fits_the_screen(feedback):
    wide, screen = feedback.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen
    assert feedback.locator(".ag").first.bounding_box()["width"] > 300


def test_the_feedback_keeps_what_is_hidden(feedback):
    assert not re.search("Mark scheme|BEGIN SOLUTION|HIDDEN", feedback.content())
