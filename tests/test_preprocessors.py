"""`nbgrader autograde` and `generate_feedback` go through the same sandbox, and come to the same scores."""

import json
import shutil

import nbformat
import pytest
from classes import gradebook
from conftest import ROOT
from processes import run

from autograder.course import Course
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.gradebook.preprocessors import GradeInSandbox
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions
from autograder.results import Result

ANSWERS = {
    "ann": ("not_trained",),
    "ben": ("p_is_for_dropping", "not_trained"),
}


@pytest.fixture(scope="module")
def graded(generated, tmp_path_factory, released):
    """A course's folder where nbgrader has graded three submissions and written their feedback."""
    folder = tmp_path_factory.mktemp("course")
    images = generated.folder.parents[3] / "generated"
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "source", folder / "source")
    reference = reference_answers(ROOT / "source/dropout/dropout.ipynb")
    for student, parts in ANSWERS.items():
        answers = dict(reference)
        for part in parts:
            answers |= read_answers(part)
        submit(folder, student, nbformat.writes(answered(released, answers)))
    submit(folder, "cid", "not a notebook")
    steps = [
        ("generate_assignment", "dropout"),
        ("autograde", "dropout", "--create"),
        ("generate_feedback", "dropout"),
    ]
    done = [run(folder, "nbgrader", *step, CIFAR10_DIR=str(images)) for step in steps]
    assert [step.returncode for step in done] == [0, 0, 0], done[1].stderr
    return folder


def submit(folder, student, text):
    path = folder / "submitted" / student / "dropout" / "dropout.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def gradebook_scores(folder, student):
    """Return what the gradebook says of each graded cell."""
    return {row[1]: row[2] for row in gradebook(folder) if row[0] == student and len(row) == 5}


@pytest.mark.parametrize("student", ANSWERS)
def test_the_gradebook_has_the_scores_of_grade(graded, generated, student):
    course = Course.load("dropout", graded)
    result = grade(graded / f"submitted/{student}/dropout/dropout.ipynb", GradingOptions(course, generated))
    scores = gradebook_scores(graded, student)
    assert {cell.name: cell.score for cell in result.tests} == {
        name: score for name, score in scores.items() if name.startswith("test_")
    }
    assert result.score == {"ann": 60, "ben": result.score}[student]


def test_a_written_answer_waits_for_a_person(graded):
    assert gradebook_scores(graded, "ann")["dropout_as_regularizer"] in (0, None)


def test_what_is_no_notebook_has_zero_and_the_reason(graded):
    scores = gradebook_scores(graded, "cid")
    assert all(score == 0 for name, score in scores.items() if name.startswith("test_"))
    page = (graded / "feedback/cid/dropout/dropout.html").read_text()
    assert "is not valid JSON" in page


def test_the_feedback_page_shows_the_reasons(graded):
    page = (graded / "feedback/ben/dropout/dropout.html").read_text()
    result = json.loads((graded / "autograded/ben/dropout/results.json").read_text())
    failed = [check for check in result["tests"][0]["extra_data"]["checks"] if check["status"] == "failed"]
    assert failed
    for check in failed:
        assert check["about"].split("'")[0].split("<")[0] in page
    assert "Graded by the checks" in page


def test_the_autograded_notebook_keeps_the_students_cells(graded):
    notebook = nbformat.read(graded / "autograded/ben/dropout/dropout.ipynb", as_version=4)
    assert any("(1 - p)" in cell.source for cell in notebook.cells)


def test_the_mark_scheme_stands_above_the_answer_for_graders_alone(graded):
    cells = nbformat.read(graded / "autograded/ben/dropout/dropout.ipynb", as_version=4).cells
    answer = next(i for i, cell in enumerate(cells) if cell.id == "answer")
    assert "Mark scheme, 10 points" in cells[answer - 1].source
    assert "Mark scheme" not in (graded / "feedback/ben/dropout/dropout.html").read_text()


def test_without_our_feedback_step_no_mark_scheme_is_shown(graded, monkeypatch):
    nb = nbformat.v4.new_notebook()
    monkeypatch.chdir(graded)
    resources = {"nbgrader": {"assignment": "dropout"}, "outputs": {}}
    GradeInSandbox()._take(nb, Result("x", "unusable", 0.0), resources)
    assert [cell.id for cell in nb.cells] == ["graded-summary"]
