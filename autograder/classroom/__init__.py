"""Many submissions, graded in parallel on Dask; one writer to the gradebook; nothing lost."""

from autograder.classroom import summary
from autograder.classroom.job import Graded, Job
from autograder.classroom.notebooks import grade_all
from autograder.classroom.room import Classroom, Plan

__all__ = ["Classroom", "Graded", "Job", "Plan", "grade_all", "summary"]
