"""Fixtures that several test files share."""

import json

import pytest

from autograder.student import Student
from autograder.student.agent import Agent


class InProcess:
    """A channel to an agent in this process: JSON and buffers cross, objects do not."""

    def __init__(self, namespace):
        self.agent = Agent(namespace)

    def request(self, content, buffers):
        reply, out = self.agent.answer(json.loads(json.dumps(content)), buffers)
        return json.loads(json.dumps(reply)), out


@pytest.fixture
def student_of():
    """Return a function that runs source text and gives the Student who wrote it."""

    def build(source, namespace=None):
        namespace = {} if namespace is None else namespace
        exec(compile(source, "<notebook>", "exec"), namespace)
        return Student(InProcess(namespace), source)

    return build
