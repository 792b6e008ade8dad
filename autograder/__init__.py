"""Auto-graded deep-learning homework, with the checks outside the student's process."""

__version__ = "0.1.0"
