"""The layer normalisation assignment: its checks let every right answer pass and name what is wrong with the others."""

import json

import nbformat
import pytest
from answers import Answer, failures, run_checks_on
from click.testing import CliRunner
from conftest import ROOT

from autograder.checks.layernorm.misconceptions import CATALOGUE
from autograder.checks.registry import gradable_assignments
from autograder.cli import main
from autograder.course import Course
from autograder.demo.answering import answered, reference_answers
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

LESSON = ROOT / "source/layernorm/layernorm.ipynb"
CELLS = ("test_layernorm_forward", "test_layernorm_backward")
FILES = sorted((ROOT / "tests/submissions_layernorm").glob("*/*.py"))
ANSWERS = [Answer(path) for path in FILES]


def judge(cells=(), seed=7919):
    """Judge cells in place of the reference's and return the verdicts."""
    verdicts, _ = run_checks_on("layernorm", reference_answers(LESSON) | dict(cells), CELLS, seed=seed)
    return verdicts


@pytest.fixture(scope="module")
def layernorm():
    return Course.load("layernorm", ROOT)


@pytest.fixture
def hand_in(tmp_path):
    """Return a function that writes a submission: the reference's answers, some of them replaced."""

    def write(**answers):
        released = nbformat.read(ROOT / "release/layernorm/layernorm.ipynb", as_version=4)
        nbformat.write(answered(released, reference_answers(LESSON) | answers), tmp_path / "layernorm.ipynb")
        return tmp_path / "layernorm.ipynb"

    return write


@pytest.mark.parametrize("seed", [7919, 1, 2])
def test_the_reference_passes(seed):
    assert not failures(judge(seed=seed))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.id)
def test_an_answer_fails_what_it_says_and_nothing_else(answer):
    assert answer.passes != bool(answer.fails), "say `passes: all` or `fails: ...`"
    assert failures(judge(answer.cells)) == answer.fails


def test_every_misconception_is_told_in_one_sentence():
    for name, mistake in CATALOGUE.items():
        assert mistake.says.endswith("."), name
        assert mistake.says.count(". ") == 0, name


def test_every_check_says_what_it_checks():
    for checks in judge().values():
        assert all(check.about.endswith(".") for check in checks)


def test_the_course_has_both_assignments():
    assert gradable_assignments(ROOT) == ["dropout", "layernorm"]


@pytest.mark.kernel
def test_a_submission_is_graded_in_the_sandbox(layernorm, hand_in):
    result = grade(hand_in(), GradingOptions(layernorm))
    assert (result.status, result.score, result.max_score) == ("graded", 20, 20)


@pytest.mark.kernel
def test_unanswered_exercises_are_told_apart(layernorm, hand_in):
    result = grade(hand_in(layernorm_backward="raise NotImplementedError()"), GradingOptions(layernorm))
    assert [cell.score for cell in result.tests] == [10, 0]
    assert "layernorm_backward is not defined" in result.cell("test_layernorm_backward").output


@pytest.mark.kernel
def test_the_lesson_runs_from_top_to_bottom():
    from nbclient import NotebookClient

    lesson = nbformat.read(LESSON, as_version=4)
    NotebookClient(lesson, timeout=60).execute()
    printed = "".join(out.text for cell in lesson.cells for out in cell.get("outputs", []) if "text" in out)
    assert printed.count("all visible checks passed") == 2


@pytest.mark.kernel
def test_the_command_finds_the_assignment(hand_in, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, ["grade", str(hand_in()), "--json", str(tmp_path / "results.json")])
    assert done.exit_code == 0
    assert json.loads((tmp_path / "results.json").read_text())["max_score"] == 20


def test_notebooks_of_two_assignments_are_wrong_usage(monkeypatch):
    monkeypatch.chdir(ROOT)
    paths = [f"release/{name}/{name}.ipynb" for name in ("layernorm", "dropout")]
    done = CliRunner().invoke(main, ["grade", *paths])
    assert done.exit_code == 2
    assert "several assignments (dropout, layernorm)" in done.output
