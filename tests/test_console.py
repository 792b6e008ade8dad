"""What the docs show as a session at a console is what happens there.

A block marked `console` has commands behind `$ ` and what each of them prints: `...` stands for what differs or is
left out, and a command without output may print anything. The blocks of a document are one session, in a course
with the submissions of three students. A block that cannot be run has a reason on the line above it:

    <!-- not run: why -->
"""

import doctest
import os
import re
import subprocess
import zipfile

import nbformat
import pytest
from documents import DOCS, blocks, copy_repository

from autograder.checks.dropout.images import generate
from autograder.demo.answering import answered, read_answers
from autograder.gradebook.environment import path_with_scripts

SESSIONS = [path for path in DOCS if blocks(path, "console")]
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
SETTINGS = """
c.Exchange.root = {exchange!r}
c.ExchangeCollect.check_owner = False
c.CanvasExportPlugin.columns = {{"dropout": "Dropout (123456)"}}
"""
ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Dropout (123456)\nAlice,1,1,alice,A,\nCarol,2,2,carol,A,\n"
)


@pytest.fixture(scope="module")
def images(course, tmp_path_factory):
    return generate(course, tmp_path_factory.mktemp("images") / "generated")


@pytest.fixture
def notebooks(released, reference):
    """What three students submit: right answers, one with a mistake, and half a file."""
    quick = {"train": re.sub(r"num_epochs=\d+", "num_epochs=5", reference["train"])}
    right = answered(released, reference | quick)
    mistaken = answered(released, reference | quick | read_answers("p_is_for_dropping"))
    return {
        "alice": nbformat.writes(right),
        "carol": nbformat.writes(mistaken),
        "peggy": nbformat.writes(released)[:5000],
    }


@pytest.fixture
def session(tmp_path, images, notebooks):
    """Return a function that runs a command in the course's folder and returns its output as docs show it."""
    exchange, folder = tmp_path / "exchange", copy_repository(tmp_path / "course")
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(SETTINGS.format(exchange=str(exchange)))
    (folder / "canvas.csv").write_text(ROSTER)
    exchange.mkdir()
    exchange.chmod(0o777)
    for student, notebook in notebooks.items():
        submit(exchange / "deep-learning/inbound", student, notebook)
    archive = folder / "downloaded/dropout/archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "submissions.zip", "w") as file:
        file.writestr("peggy_attempt_2026-11-20-10-00-00_dropout.ipynb", notebooks["peggy"])
    variables = {
        "PATH": path_with_scripts(),
        "CIFAR10_DIR": str(images),
        "XDG_CACHE_HOME": str(images.parent / "cache"),
        "COLUMNS": "130",
        "PIP_DRY_RUN": "1",  # no command of the docs may change the environment that the tests run in
    }
    shown_as = [
        (re.escape(str(folder)), "/srv/course"),
        (re.escape(str(exchange)), "/srv/nbgrader/exchange"),
        (re.escape(variables["XDG_CACHE_HOME"]), "/home/grader/.cache"),
        (r"images/[0-9a-f]{16}", "images/6c8a46d6b1ee2cb1"),
        (r"bubblewrap [\d.]+ as \w+", "bubblewrap 0.11.0 as grader"),
        (r"processes \([\w ]+\)", "processes (watchdog)"),
        (r"^generated,", "CIFAR-10,"),  # what a command calls the images that are generated here
    ]

    def run(command):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = done.stdout
        for pattern, replacement in shown_as:
            output = re.sub(pattern, replacement, output, flags=re.MULTILINE)
        return re.sub(r" +$", "", output, flags=re.MULTILINE).rstrip() + "\n"

    return run


def submit(inbound, student, notebook):
    """Put a notebook where nbgrader's exchange keeps what was submitted."""
    folder = inbound / f"{student}+dropout+2026-11-20 10:00:00 UTC+secret"
    folder.mkdir(parents=True)
    (folder / "dropout.ipynb").write_text(notebook)
    (folder / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    (folder / "submission_secret.txt").write_text(f"secret of {student}")


@pytest.mark.kernel
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.name)
def test_a_session_is_as_it_is_shown(path, session):
    checker, differences = doctest.OutputChecker(), []
    for block in blocks(path, "console"):
        for command, shown in COMMAND.findall("" if block.excuse else block.text):
            printed = session(command)
            if shown and not checker.check_output(shown, printed, doctest.ELLIPSIS):
                differences.append(f"{block.where}: {command}\n--- shown\n{shown}--- printed\n{printed}")
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.name)
def test_every_line_of_a_session_belongs_to_a_command(path):
    for block in blocks(path, "console"):
        assert COMMAND.sub("", block.text) == "", block.where
