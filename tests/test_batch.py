"""What a worker refuses to grade, and what stands for a submission that killed its workers."""

from types import SimpleNamespace

import pytest
from distributed import KilledWorker

from autograder.errors import ConfigError
from autograder.grading.batch import failed, grade_one
from autograder.grading.options import GradingOptions

KILLED = KilledWorker("task", SimpleNamespace(address="tcp://10.0.0.2:40001"), 0)


def test_a_submission_that_kills_workers_is_an_internal_error_without_a_score(course):
    result = failed(GradingOptions(course), "ann/dropout", KILLED).result
    assert (result.status, result.score) == ("internal_error", None)


def test_the_internal_error_says_that_two_workers_died(course):
    assert "two workers died" in failed(GradingOptions(course), "ann/dropout", KILLED).result.output


def test_a_worker_that_cannot_grade_for_the_course_stops_the_run(course):
    with pytest.raises(ConfigError, match="other checks"):
        failed(GradingOptions(course), "ann/dropout", ConfigError("other checks"))


def test_a_worker_with_other_checks_does_not_grade(course, tmp_path):
    with pytest.raises(ConfigError, match="has other checks than the driver"):
        grade_one(GradingOptions(course, checks_sha256="other"), str(tmp_path / "dropout.ipynb"), b"")
