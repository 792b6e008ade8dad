"""The demonstration, as a newcomer runs it: nothing set up, no CIFAR-10."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

from autograder.demo.demonstration import CLASS, make_course
from autograder.errors import ConfigError

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demonstration and return its folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    variables = {key: value for key, value in os.environ.items() if key != "CIFAR10_DIR"}
    variables |= {"XDG_CACHE_HOME": str(folder / "cache"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "autograder", "demo", "--folder", str(folder / "demo")]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "demo", done.stdout


@pytest.fixture
def scores(demo):
    """Return a function that gives a student's points by test cell."""

    def read(student):
        record = json.loads((demo[0] / "autograded" / student / "dropout" / "results.json").read_text())
        return {test["name"]: test["score"] for test in record["tests"]}

    return read


FULL = {
    "test_dropout_forward": 15,
    "test_dropout_backward": 15,
    "test_fc_net_forward": 15,
    "test_fc_net_backward": 15,
    "test_accuracy": 30,
}
LOSES = {
    "carol_p_is_for_dropping": {"test_dropout_forward"},
    "dan_backward_unscaled": {"test_dropout_backward"},
    "erin_dropout_on_the_scores": {"test_fc_net_forward", "test_fc_net_backward"},
    "frank_not_trained": {"test_accuracy"},
}


@pytest.mark.parametrize("student", ["alice_reference", "bob_another_way"])
def test_right_answers_have_every_point(scores, student):
    assert scores(student) == FULL


@pytest.mark.parametrize(("student", "cells"), LOSES.items(), ids=LOSES)
def test_a_mistake_costs_points_in_its_own_cell(scores, student, cells):
    lost = {name for name, score in scores(student).items() if score < FULL[name]}
    assert lost
    assert lost <= cells


@pytest.mark.parametrize("student", ["grace_unanswered", "mallory_hostile", "peggy_corrupt"])
def test_what_answers_nothing_gains_nothing(scores, student):
    assert set(scores(student).values()) == {0}


def test_it_says_loudly_that_this_is_not_cifar10(demo):
    assert "small GENERATED image set" in demo[1]


def test_the_table_has_a_row_for_each_student(demo):
    assert all(student in demo[1] for student in CLASS)


def test_every_student_has_a_feedback_page(demo):
    for student in CLASS:
        assert (demo[0] / "feedback" / student / "dropout" / "dropout.html").stat().st_size > 10_000


def test_a_folder_of_someone_elses_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ConfigError, match="was not made by the demonstration"):
        make_course(ROOT, tmp_path)
    assert (tmp_path / "thesis.tex").exists()
