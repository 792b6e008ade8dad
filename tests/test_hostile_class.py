"""A class with attackers in it, graded by `nbgrader autograde`: the others as alone, nothing leaked, nothing lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from attacks import ATTACKS, Listener, Town, notebook

from autograder.course import Course
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

pytestmark = pytest.mark.kernel

HONEST = {
    "dropout_forward": "def dropout_forward(x, dropout_param):\n"
    "    if 'seed' in dropout_param: np.random.seed(dropout_param['seed'])\n"
    "    mask = (np.random.rand(*x.shape) < dropout_param['p']) / dropout_param['p']\n"
    "    return (x * mask, mask) if dropout_param['mode'] == 'train' else (x, None)"
}
CHOSEN = ("overwrite_a_submission", "displayed_points")
SCRIPT = "<script>fetch('/formgrader/api')</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def town(tmp_path_factory, generated):
    """A course in which honest Bob, four attackers and strange folders have been graded by nbgrader."""
    town, listener = Town.build(tmp_path_factory.mktemp("class")), Listener()
    (town.root / "gradebook.db").unlink()
    shutil.rmtree(town.root / "submitted")
    hand_in(town, "bob", HONEST)
    for attack in ATTACKS:
        if attack.name in CHOSEN:
            hand_in(town, attack.name, town.brief(attack.answers, listener))
    strange(hand_in(town, "strange", HONEST).parent, town.root)
    listener.close()
    variables = {**os.environ, "CIFAR10_DIR": str(generated.folder.parents[3] / "generated")}
    variables["PATH"] = f"{Path(sys.executable).parent}:{variables['PATH']}"
    variables["GRADING_TOKEN"] = town.canary("the grader's environment")
    autograde, feedback = (
        ["autograde", "dropout", "--create"],
        ["generate_feedback", "dropout", "--student", "bob"],
    )
    for step in (["generate_assignment", "dropout"], autograde, feedback):
        command = [sys.executable, "-m", "nbgrader", *step]
        done = subprocess.run(command, cwd=town.root, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    town.log = done.stdout + done.stderr
    return town


def hand_in(town, student, answers):
    path = town.root / "submitted" / student / "dropout" / "dropout.ipynb"
    path.parent.mkdir(parents=True)
    book = notebook(answers)
    book.cells.insert(0, nbformat.v4.new_markdown_cell(SCRIPT))
    nbformat.write(book, path)
    return path


def strange(folder, root):
    """Put everything beside a notebook that has no place there."""
    (folder / "figure.png").write_bytes(b"\x89PNG a picture")
    (folder / "link.png").symlink_to(root / "submitted/bob/dropout/dropout.ipynb")
    (folder / "notes.txt").symlink_to("/etc/passwd")
    (folder / "numpy.py").write_text("raise SystemExit")
    (folder / "sitecustomize.py").write_text("raise SystemExit")
    (folder / "deep").symlink_to(folder)
    os.mkfifo(folder / "fifo")
    os.mkfifo(folder / "fifo.png")
    (folder / "many").mkdir()
    for i in range(3000):
        (folder / "many" / f"{i}.txt").touch()


def scores(town):
    query = (
        "select student.id, sum(grade.auto_score) from grade join submitted_notebook on grade.notebook_id = "
        "submitted_notebook.id join submitted_assignment on submitted_notebook.assignment_id = "
        "submitted_assignment.id join student on submitted_assignment.student_id = student.id group by student.id"
    )
    with sqlite3.connect(town.root / "gradebook.db") as book:
        found = dict(book.execute(query).fetchall())
    book.close()
    return found


def test_the_honest_have_what_they_have_alone(town, generated):
    alone = grade(
        town.root / "submitted/bob/dropout/dropout.ipynb",
        GradingOptions(Course.load("dropout", town.root), generated),
    )
    assert alone.score == 15
    assert scores(town)["bob"] == scores(town)["strange"] == alone.score


@pytest.mark.parametrize("student", CHOSEN)
def test_an_attacker_has_nothing(town, student):
    assert scores(town)[student] == 0


def test_no_canary_comes_out(town):
    paths = [path for step in ("autograded", "feedback") for path in (town.root / step).rglob("*.*")]
    text = town.log + "".join(path.read_bytes().decode("latin-1") for path in paths if path.is_file())
    assert not [place for place, canary in town.canaries.items() if canary in text]


def test_of_the_files_beside_a_notebook_only_pictures_are_taken(town):
    folder = town.root / "autograded/strange/dropout"
    assert {path.name for path in folder.iterdir()} == {"dropout.ipynb", "results.json", "figure.png"}


def test_a_result_is_written_for_each(town):
    for student in ("bob", "strange", *CHOSEN):
        found = json.loads((town.root / "autograded" / student / "dropout/results.json").read_text())
        assert found["status"] == "graded"


def test_scripts_in_an_answer_do_not_run_on_a_page(town):
    page = (town.root / "feedback/bob/dropout/dropout.html").read_text()
    assert "/formgrader/api" in page
    assert "<script>fetch" not in page
    assert "<img src=x" not in page
    assert "test_dropout_forward" in page
