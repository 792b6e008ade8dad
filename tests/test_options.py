"""How submissions are to be graded."""

import os

import pytest

from autograder.grading.options import GradingOptions


@pytest.mark.parametrize(("jobs", "threads"), [(1, 8), (2, 4), (8, 1), (100, 1), (0, 1)])
def test_a_machine_s_cores_are_shared(course, monkeypatch, jobs, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert GradingOptions(course).sharing_cores(jobs).course.limits.threads == threads
