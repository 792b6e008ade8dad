"""Faults of the grader's own: each ends as an internal error with its cause, never a zero, and grading goes on."""

import os
import shutil
import signal
import subprocess
import sys

import nbformat
import psutil
import pytest
from attacks import Town, notebook

from autograder.checks.dropout.images import Data
from autograder.course import Course
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions
from autograder.sandbox import bubblewrap

FORWARD = ("test_dropout_forward",)
ANSWER = {"dropout_forward": "def dropout_forward(x, dropout_param):\n    return x, None"}
SLEEP = {"dropout_forward": "import time; time.sleep(600)"}


@pytest.fixture
def town(tmp_path):
    return Town.build(tmp_path / "course")


def hand_in(town, answers):
    path = town.root / "dropout.ipynb"
    nbformat.write(notebook(answers), path)
    return path


def command(town, *arguments, prefix=(), **variables):
    """Return the arguments of a process that grades as from a shell."""
    words = [*prefix, sys.executable, "-m", "autograder", "grade", "dropout.ipynb", *arguments]
    return {"args": words, "cwd": town.root, "env": {**os.environ, **variables}}


@pytest.fixture
def without_bwrap(monkeypatch):
    monkeypatch.setattr(bubblewrap, "candidates", list)
    bubblewrap.find_bubblewrap.cache_clear()
    yield
    bubblewrap.find_bubblewrap.cache_clear()


def test_without_a_sandbox_nothing_is_graded(town, without_bwrap):
    result = grade(hand_in(town, ANSWER), GradingOptions(Course.load("dropout", town.root), only=FORWARD))
    assert (result.status, result.score, result.tests) == ("internal_error", None, ())
    assert "no bwrap was found" in result.output


def test_the_command_stops_where_there_is_no_sandbox(town, generated):
    hand_in(town, ANSWER)
    images = str(generated.folder.parents[3] / "generated")
    code = "import sys; from autograder.sandbox import bubblewrap; bubblewrap.candidates = list\nfrom autograder.cli import main; main()"
    words = [sys.executable, "-c", code, "grade", "dropout.ipynb"]
    variables = {**os.environ, "CIFAR10_DIR": images}
    done = subprocess.run(words, cwd=town.root, env=variables, capture_output=True, text=True)
    assert done.returncode == 3
    assert "apt install bubblewrap" in done.stderr


@pytest.mark.kernel
def test_damaged_images_are_no_students_fault(town, generated, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(generated.folder, folder)
    with open(folder / "exam" / "X_held_out.npy", "r+b") as file:
        file.truncate(5000)
    path = hand_in(town, {"train": "model = solver = None"})
    course = Course.load("dropout", town.root)
    result = grade(path, GradingOptions(course, Data(folder), ("test_accuracy",)))
    assert (result.status, result.score) == ("internal_error", None)
    assert grade(path, GradingOptions(course, generated, ("test_accuracy",))).status == "graded"


@pytest.mark.kernel
def test_a_full_disk_is_no_students_fault(town, generated, tmp_path):
    hand_in(town, ANSWER)
    (full := tmp_path / "full").mkdir()
    fence = [
        bubblewrap.find_bubblewrap().path,
        "--dev-bind",
        "/",
        "/",
        "--size",
        "8192",
        "--tmpfs",
        str(full),
    ]
    images = str(generated.folder.parents[3] / "generated")
    arguments = command(town, prefix=fence, TMPDIR=str(full), CIFAR10_DIR=images)
    done = subprocess.run(**arguments, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "No space left" in done.stderr


@pytest.mark.kernel
def test_nothing_survives_a_grader_that_was_killed(town, generated):
    hand_in(town, SLEEP)
    images, scratch = str(generated.folder.parents[3] / "generated"), f"/tmp/h-{os.getpid()}"
    os.mkdir(scratch)
    process = subprocess.Popen(**command(town, TMPDIR=scratch, CIFAR10_DIR=images), stderr=subprocess.DEVNULL)
    try:
        while not any("kernel.json" in " ".join(p.info["cmdline"]) for p in mentioning(scratch)):
            with pytest.raises(subprocess.TimeoutExpired):  # it is still there
                process.wait(timeout=0.1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    _, alive = psutil.wait_procs(mentioning(scratch), timeout=10)
    shutil.rmtree(scratch)
    assert not alive


def mentioning(folder):
    return [p for p in psutil.process_iter(["cmdline"]) if folder in " ".join(p.info["cmdline"] or ())]
