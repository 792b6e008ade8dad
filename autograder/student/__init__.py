"""Trusted side of a call into the student's kernel, and the agent that answers there."""

from autograder.student.calls import Channel, Student
from autograder.student.codec import Ref

__all__ = ["Channel", "Ref", "Student"]
