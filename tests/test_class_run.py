"""A class: the same results as one by one, and a gradebook like that of `nbgrader autograde`."""

import json
import subprocess
import sys

import nbformat
import pytest
from classes import (
    ANSWERS,
    REFERENCE,
    copy_course,
    grade_class,
    gradebook,
    make_course,
    results,
    set_manual_score,
    submit,
    submit_all,
)
from processes import run

from autograder.course import Course
from autograder.gradebook.class_run import ClassRun
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

pytestmark = pytest.mark.kernel

LATE = 'c.LateSubmissionPlugin.penalty_method = "zero"'


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A small course with the submissions of seven students, none of them graded."""
    folder = make_course(tmp_path_factory.mktemp("class") / "course")
    submit_all(folder)
    return folder


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """The small course after `autograder class --jobs 2`, and what that printed."""
    folder = copy_course(released, tmp_path_factory.mktemp("graded") / "course")
    return folder, grade_class(folder, "--jobs", "2")


@pytest.fixture
def again(graded, tmp_path):
    """A copy of the graded course that a test may change."""
    return copy_course(graded[0], tmp_path / "course")


def test_an_unusable_submission_is_exit_code_1(graded):
    _, done = graded
    assert done.returncode == 1, done.stderr
    assert "7 submissions: 6 graded, 1 unusable." in done.stdout


@pytest.mark.parametrize("student", [*ANSWERS, "gus"])
def test_in_parallel_as_alone(graded, student):
    folder, _ = graded
    alone = grade(
        folder / f"submitted/{student}/dropout/dropout.ipynb", GradingOptions(Course.load("dropout", folder))
    )
    expected = json.loads(json.dumps(alone.to_json())) | {"submission": f"{student}/dropout"}
    del expected["execution_time"]
    assert results(folder)[student] == expected


def test_the_gradebook_is_as_nbgrader_autograde_leaves_it(released, graded, tmp_path):
    folder = copy_course(released, tmp_path / "course")
    done = run(folder, "nbgrader", "autograde", "dropout", "--create")
    assert done.returncode == 0, done.stderr
    assert gradebook(graded[0]) == gradebook(folder)
    for student in ANSWERS:
        ours, theirs = (
            nbformat.read(at / f"autograded/{student}/dropout/dropout.ipynb", as_version=4)
            for at in (graded[0], folder)
        )
        assert ours.cells == theirs.cells


def test_what_is_unchanged_is_skipped_and_nothing_heavy_imported(again):
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main(['class', 'dropout'])\n"
        "except SystemExit as end: print(end.code)\n"
        "print([m for m in ('nbgrader', 'nbformat', 'numpy', 'distributed') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=again, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["1", "[]"]
    assert "7 were unchanged" in done.stdout


def test_only_what_changed_is_graded_and_a_person_s_score_stays(again):
    set_manual_score(again, "ben", 7.5)
    submit(again, "ben", REFERENCE)
    done = grade_class(again, "--jobs", "1")
    assert "6 were unchanged" in done.stdout
    assert results(again)["ben"]["score"] == 15
    assert ("ben", "dropout_as_regularizer", None, 7.5, True) in gradebook(again)


def test_force_grades_one_student_again(again):
    before = (again / ".autograder/dropout/ann.log").read_text()
    done = grade_class(again, "--force", "--student", "ann", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    log = (again / ".autograder/dropout/ann.log").read_text()
    assert log.count("graded by") == before.count("graded by") + 1


def test_late_is_late(tmp_path):
    folder = make_course(tmp_path / "course", LATE)
    run(folder, "nbgrader", "db", "assignment", "add", "dropout", "--duedate", "2014-06-01 00:00:00 UTC")
    submit(folder, "ann", REFERENCE, "2014-06-02 00:00:00 UTC")
    done = grade_class(folder, "--jobs", "1")
    assert done.returncode == 0, done.stderr
    penalties = [row[2] for row in gradebook(folder) if row[0] == "ann" and len(row) == 3]
    assert 15 in penalties


def test_a_new_time_of_submission_is_a_change(again):
    (again / "submitted/ann/dropout/timestamp.txt").write_text("2014-05-31 00:00:00 UTC")
    plan = ClassRun("dropout", again).plan()
    assert [submitted.student for submitted in plan.to_grade] == ["ann"]


def test_a_log_says_why(graded):
    text = (graded[0] / ".autograder/dropout/ben.log").read_text()
    assert "graded by" in text
    assert "probability of dropping" in text


def test_an_assignment_that_nbgrader_does_not_know_is_named(released, tmp_path):
    folder = copy_course(released, tmp_path / "course")
    (folder / "gradebook.db").unlink()
    done = grade_class(folder, "--jobs", "1")
    assert done.returncode == 3
    assert "run `nbgrader generate_assignment dropout` first" in done.stderr


def test_jobs_and_scheduler_are_wrong_usage(released):
    done = grade_class(released, "--jobs", "1", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2


def test_a_student_without_a_submission_is_named(released):
    done = grade_class(released, "--student", "zed")
    assert done.returncode == 3
    assert "no submission of dropout by zed" in done.stderr
