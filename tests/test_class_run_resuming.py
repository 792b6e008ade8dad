"""Interrupted runs: the same command resumes, and every submission is graded once."""

import random
import subprocess
import time

import pytest
from classes import (
    copy_course,
    grade_class,
    gradebook,
    make_course,
    results,
    set_manual_score,
    submit,
    submit_all,
)
from processes import start

from autograder.gradebook.class_run import ClassRun
from autograder.gradebook.journal import Record, State
from autograder.grading.provenance import checks_digest
from autograder.results import Result

pytestmark = pytest.mark.kernel

MOMENTS = [pytest.param(i, marks=[] if i < 3 else pytest.mark.slow) for i in range(20)]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class with one submission that was graded, by a person too, and has been submitted again."""
    folder = make_course(tmp_path_factory.mktemp("class") / "course")
    submit(folder, "ann", None)
    assert grade_class(folder, "--jobs", "1").returncode == 0
    set_manual_score(folder, "ann", 7.5)
    submit_all(folder, ("ann", "ben", "dora", "eve"))
    return folder


@pytest.fixture(scope="module")
def undisturbed(course, tmp_path_factory):
    """The gradebook and the results of an uninterrupted run, and how many seconds it took."""
    folder = copy_course(course, tmp_path_factory.mktemp("undisturbed") / "course")
    before = time.monotonic()
    assert grade_class(folder, "--jobs", "2").returncode == 1
    return gradebook(folder), results(folder), time.monotonic() - before


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_was_killed_goes_on(course, undisturbed, tmp_path, moment):
    folder = copy_course(course, tmp_path / "course")
    expected_gradebook, expected_results, duration = undisturbed
    after = random.Random(moment).uniform(0.2, 1) * duration
    process = start(folder, "autograder", "class", "dropout", "--jobs", "2")
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    assert grade_class(folder, "--jobs", "2").returncode == 1
    assert gradebook(folder) == expected_gradebook
    assert results(folder) == expected_results
    logs = {path.stem: path.read_text() for path in (folder / ".autograder/dropout").glob("*.log")}
    assert all(text.count("graded by") <= (2 if name == "ann" else 1) for name, text in logs.items())


def test_a_result_that_is_not_in_the_gradebook_yet_is_not_graded_again(course, tmp_path):
    class_run = ClassRun("dropout", copy_course(course, tmp_path / "course"))
    (before,) = class_run.plan(("ben",)).to_grade
    source = {"notebook_sha256": before.sha256, "checks_sha256": checks_digest(class_run.course)}
    result = Result("ben/dropout", "graded", 15.0, extra_data={"provenance": source})
    class_run.journal.write("ben", Record(State.GRADED, result, notebook={"cells": []}))
    plan = class_run.plan(("ben",))
    assert (plan.to_record, plan.to_grade) == ((before,), ())


def test_force_that_was_cut_off_does_not_start_anew(course, tmp_path):
    class_run = ClassRun("dropout", copy_course(course, tmp_path / "course"))
    assert len(class_run.plan(force=True).to_grade) == 5
    class_run.journal.write("ann", Record(State.RECORDED))
    class_run.plan(force=True)
    assert class_run.journal.read("ann").state is State.RECORDED


def test_after_an_internal_error_the_next_run_tries_again(course, tmp_path):
    class_run = ClassRun("dropout", copy_course(course, tmp_path / "course"))
    class_run.journal.write("ben", Record(State.FAILED, Result("ben/dropout", "internal_error", 15.0)))
    assert [submitted.student for submitted in class_run.plan(("ben",)).to_grade] == ["ben"]
