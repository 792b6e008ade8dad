"""The commands, as they are called from a shell."""

import json
import os

import pytest
from click.testing import CliRunner
from conftest import ROOT

from autograder.cli import main
from autograder.results import Result


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs a command in the course's folder."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CIFAR10_DIR", "")
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def images(generated, monkeypatch):
    """Make the commands find the generated images."""
    monkeypatch.setattr(
        "autograder.checks.dropout.images.prepare", lambda course, download=False, verify=False: generated
    )


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_an_example(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


@pytest.mark.kernel
def test_grade_prints_points_and_reasons(run, hand_in, images):
    result = run("grade", hand_in(parts=["p_is_for_dropping"]), "--only", "test_dropout_forward")
    assert result.exit_code == 0, result.output
    assert "✗" in result.output


@pytest.mark.kernel
def test_one_notebook_makes_one_record(run, hand_in, images, tmp_path):
    path = hand_in()
    run("grade", path, "--only", "test_dropout_forward", "--json", tmp_path / "results.json")
    record = json.loads((tmp_path / "results.json").read_text())
    assert (record["submission"], record["status"], record["score"]) == (str(path), "graded", 15)


@pytest.mark.kernel
def test_several_notebooks_are_graded_at_a_time(run, hand_in, images, tmp_path):
    (tmp_path / "broken.ipynb").write_text("")
    paths = [tmp_path / "broken.ipynb", hand_in("right")]
    options = ["--only", "test_dropout_forward", "--jobs", "2", "--json", tmp_path / "results.json"]
    result = run("grade", *paths, *options)
    assert isinstance(result.exception, SystemExit), result.exc_info  # exit code 1 has it, a crash another
    assert result.exit_code == 1
    records = json.loads((tmp_path / "results.json").read_text())
    assert [record["submission"] for record in records] == [str(path) for path in paths]
    assert [record["status"] for record in records] == ["unusable", "graded"]


def test_an_unknown_cell_is_an_error_of_the_command(run, hand_in, images):
    result = run("grade", hand_in(), "--only", "test_nothing")
    assert result.exit_code == 3
    assert "dropout has no graded test cell 'test_nothing'" in result.output


def test_no_course_is_an_error_of_the_command(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dropout.ipynb").touch()
    result = run("grade", "dropout.ipynb")
    assert result.exit_code == 3
    assert "no nbgrader_config.py" in result.output


def test_wrong_usage_has_its_own_exit_code(run):
    assert run("grade").exit_code == 2


def test_a_notebook_that_does_not_exist_is_wrong_usage(run):
    result = run("grade", "nowhere/dropout.ipynb")
    assert result.exit_code == 2
    assert "does not exist" in result.output


def test_a_file_that_does_not_say_what_it_answers_is_wrong_usage(run, tmp_path):
    (tmp_path / "homework.ipynb").write_text("{}")
    result = run("grade", tmp_path / "homework.ipynb")
    assert result.exit_code == 2
    assert "name one with --assignment" in result.output


@pytest.mark.kernel
def test_a_renamed_notebook_is_graded_by_its_cells(run, hand_in, images, tmp_path):
    path = hand_in("layernorm (1)")
    run("grade", path, "--only", "test_dropout_forward", "--json", tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 15


def test_sandbox_says_what_is_in_force(run):
    result = run("sandbox")
    assert result.exit_code == 0
    assert "bubblewrap" in result.output


def test_data_says_what_to_do_where_images_are_missing(run, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = run("data", "--no-download")
    assert result.exit_code == 3
    assert "CIFAR10_DIR" in result.output


@pytest.fixture
def graded(tmp_path, run, monkeypatch):
    """Return a function that makes a course in which one student's submission has been graded."""

    def make(student, result):
        (tmp_path / "nbgrader_config.py").write_text("")
        (tmp_path / "source").symlink_to(ROOT / "source")
        for step in ("submitted", "autograded"):
            (tmp_path / step / student / "dropout").mkdir(parents=True)
        (tmp_path / "autograded" / student / "dropout/results.json").write_text(json.dumps(result.to_json()))
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


def test_report_writes_a_page_with_the_assignments_own_part(run, graded):
    accuracy = {"validation": 0.57, "held_out": 0.56, "claimed": None, "score": 1}
    course = graded("ann", Result("ann/dropout", "graded", 90.0, extra_data={"accuracy": accuracy}))
    done = run("report", "dropout")
    assert (done.exit_code, done.output) == (0, f"{course}/reports/dropout.html\n")
    assert "models reach 55%" in (course / "reports/dropout.html").read_text()


def test_report_writes_a_page_where_a_student_id_is_not_valid_text(run, graded):
    graded(os.fsdecode(b"\xff"), Result("x/dropout", "unusable", 90.0))
    assert run("report", "dropout").exit_code == 0
