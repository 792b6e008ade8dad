"""Every attack of tests/hostile as a notebook of its own, through the real sandbox and the real checks.

Whatever it does: no point more than the same answer has without the attack, no word of a canary in anything
that comes out, nothing of the course changed, and no process, file or memory left behind.
"""

import json
import os
import re
import resource
import shutil
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import psutil
import pytest
from attacks import ATTACKS, ROOT, Listener, Town, notebook

from autograder.checks import registry
from autograder.course import Course
from autograder.gradebook.notebook_outputs import cell_outputs, summary_cell
from autograder.grading.grade import grade_submission
from autograder.grading.options import GradingOptions
from autograder.submission.submission import Submission

pytestmark = pytest.mark.kernel

FORWARD = ("test_dropout_forward",)
HONEST = "def dropout_forward(x, dropout_param):\n    return "
MEMORY = 700 * 2**10  # KiB that grading may add to this process: above the largest reply that is taken in


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A course with canaries; the checks that judge are its own copies."""
    town = Town.build(tmp_path_factory.mktemp("town"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADING_TOKEN", town.canary("the grader's environment"))
        patch.setattr(registry, "FOLDER", town.root / "checks")
        yield town


@pytest.fixture(scope="module")
def planted(town):
    return Course.load("dropout", town.root)


@pytest.fixture(scope="module")
def scratch():
    """The folder that the grader puts everything temporary in; its short name leaves room for a socket's."""
    folder = tempfile.mkdtemp(prefix="h-", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def listener():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def run(planted, town, scratch, listener):
    """Return a function that grades answers and returns the result and the notebook that came of it."""

    def run(answers, only=FORWARD, data=None):
        path = scratch.parent / f"{scratch.name}-dropout.ipynb"
        nbformat.write(notebook(town.brief(answers, listener)), path)
        submission = Submission.receive(path, planted)
        path.unlink()
        return grade_submission(submission, GradingOptions(planted, data, only)), submission.notebook

    return run


@pytest.fixture(scope="module")
def honest(run):
    """Return a function that gives the points of an answer which returns an expression and attacks nothing."""
    return cache(lambda returned: run({"dropout_forward": HONEST + returned})[0].score)


def everything(result, notebook):
    """Return all text that comes out of grading: results.json, the graded notebook, the feedback on it."""
    pages = [summary_cell(result), *(cell_outputs(cell) for cell in result.tests)]
    return json.dumps([result.to_json(), notebook, pages])


def left_behind(scratch):
    """Return the processes that were started in this run's folder and still run."""
    return [p for p in psutil.process_iter(["cmdline"]) if str(scratch) in " ".join(p.info["cmdline"] or ())]


def test_an_answer_that_keeps_the_shape_has_few_points(honest):
    assert max(map(honest, {attack.like for attack in ATTACKS})) < 15 / 4


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing(attack, run, honest, town, scratch, listener):
    before, peak = town.fingerprint(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result, graded = run(attack.answers)
    text = everything(result, graded)
    assert result.status == "graded", result.output
    assert not re.search(r"CANARY-\w", text)
    assert "SPILLED" not in json.dumps(result.to_json())
    assert result.score <= honest(attack.like)
    assert re.search(attack.says, text)
    assert len(text) < 2**22
    assert town.fingerprint() == before
    assert not listener.called()
    assert not list(scratch.iterdir())
    assert not left_behind(scratch)
    assert not [name for name in os.listdir("/dev/shm") if name == "large"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MEMORY


def test_every_attack_stands_in_the_table():
    lines = (ROOT / "SECURITY.md").read_text().splitlines()
    for attack in ATTACKS:
        assert f"| `{attack.name}` | {attack.rule} | {attack.about} |" in lines
