"""The results of a class, as they are read from a course's folder."""

import json
from pathlib import Path

import pytest
from conftest import ROOT

from autograder.course import Course
from autograder.errors import ConfigError
from autograder.gradebook.class_rows import read_class_rows
from autograder.gradebook.journal import Journal, Record, State
from autograder.results import Result


@pytest.fixture
def dropout(tmp_path):
    """The Dropout assignment of a course in which ann and ben have submitted."""
    for student in ("ann", "ben"):
        (tmp_path / "submitted" / student / "dropout").mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "source").symlink_to(ROOT / "source")
    return Course.load("dropout", tmp_path)


def write_result(course, student, result):
    folder = Path(course.root) / "autograded" / student / "dropout"
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps(result.to_json()))


def test_a_class_without_results_is_an_error_that_says_what_to_do(dropout):
    with pytest.raises(ConfigError, match="run `autograder class dropout` first"):
        read_class_rows(dropout)


def test_only_graded_submissions_have_a_row(dropout):
    write_result(dropout, "ben", Result("ben/dropout", "graded", 90.0))
    (row,) = read_class_rows(dropout)
    assert (row.student, row.result.submission) == ("ben", "ben/dropout")


def test_an_internal_error_replaces_an_older_result(dropout):
    write_result(dropout, "ann", Result("ann/dropout", "graded", 90.0))
    failed = Result("ann/dropout", "internal_error", 90.0, output="two workers died")
    Journal(Path(dropout.root), "dropout").write("ann", Record(State.FAILED, failed))
    (row,) = read_class_rows(dropout)
    assert row.result == failed


def test_the_memory_in_use_comes_from_the_journal(dropout):
    write_result(dropout, "ann", Result("ann/dropout", "graded", 90.0))
    Journal(Path(dropout.root), "dropout").write("ann", Record(State.RECORDED, peak_memory_mib=812.5))
    (row,) = read_class_rows(dropout)
    assert row.peak_memory_mib == 812.5
