"""`nbgrader autograde` and `generate_feedback` go through the same sandbox, and come to the same scores."""

import json
import shutil

import nbformat
import pytest
from classes import gradebook
from conftest import ROOT
from processes import run
from traitlets.config import Config

from autograder.course import Course
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.errors import SandboxError
from autograder.gradebook.exporter import GRADED
from autograder.gradebook.preprocessors import GradeInSandbox, RemoveMarkers, RemoveMarkSchemes
from autograder.grading.batch import Graded
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions
from autograder.results import Result

pytestmark = pytest.mark.kernel

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
        if student == "ann":
            answers["dropout_as_regularizer"] = "It does: the gap closes."
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


def test_answers_without_the_training_have_their_points(graded):
    assert sum(score or 0 for score in gradebook_scores(graded, "ann").values()) == 60


def test_a_written_answer_waits_for_a_person(graded):
    assert ("ann", "dropout_as_regularizer", None, None, True) in gradebook(graded)


def test_an_unusable_file_has_zero_and_the_reason(graded):
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


@pytest.fixture
def finished():
    """Resources as `autograder class` gives them to the pipeline: with a finished result."""
    graded = Graded(Result("ann/dropout", "unusable", 15.0), {"cells": []})
    return {"nbgrader": {"assignment": "dropout", "student": "ann"}, "outputs": {}, GRADED: graded}


def cells_after(finished, **settings):
    """Return the ids of the cells of a written answer's notebook once a finished result is in it."""
    metadata = {"nbgrader": {"grade_id": "dropout_as_regularizer"}}
    answer = nbformat.v4.new_markdown_cell("It does.", id="answer", metadata=metadata)
    config = Config(GenerateFeedback=Config(**settings))
    nb, _ = GradeInSandbox(config=config).preprocess(nbformat.v4.new_notebook(cells=[answer]), finished)
    return [cell.id for cell in nb.cells]


REMOVER = "autograder.gradebook.preprocessors.RemoveMarkSchemes"


@pytest.mark.parametrize("step", [REMOVER, RemoveMarkSchemes], ids=["by name", "by class"])
def test_the_mark_scheme_is_shown_if_feedback_removes_it(finished, monkeypatch, step):
    monkeypatch.chdir(ROOT)
    cells = cells_after(finished, preprocessors=[step])
    assert cells == ["graded-summary", "scheme-dropout_as_regularizer", "answer"]


@pytest.mark.parametrize("steps", [[], ["nbgrader.preprocessors.GetGrades", "nowhere.Step"]])
def test_without_our_feedback_step_no_mark_scheme_is_shown(finished, monkeypatch, steps):
    monkeypatch.chdir(ROOT)
    assert cells_after(finished, preprocessors=steps) == ["graded-summary", "answer"]


def test_an_internal_error_is_not_written(finished, monkeypatch):
    monkeypatch.chdir(ROOT)
    finished[GRADED] = Graded(
        Result("ann/dropout", "internal_error", 15.0, output="no bwrap was found"), {"cells": []}
    )
    with pytest.raises(SandboxError, match="ann/dropout was not graded: no bwrap was found"):
        cells_after(finished)


def test_a_published_solution_has_no_markers_and_no_hidden_parts():
    text = """### BEGIN SOLUTION
out = x
### END SOLUTION
### BEGIN HIDDEN TESTS
assert secret
### END HIDDEN TESTS
"""
    cell, _ = RemoveMarkers().preprocess_cell(nbformat.v4.new_code_cell(text), {}, 0)
    assert cell.source == "out = x"
