"""Fixtures that several test files share."""

import json
import linecache
import os
from pathlib import Path

import balance
import kernel_guard
import nbformat
import pytest

from autograder.checks.dropout.images import Data, generate, prepare
from autograder.course import Course
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.errors import DataNotFoundError
from autograder.kernel.agent import Agent
from autograder.kernel.student import Student

ROOT = Path(__file__).parents[1]
REQUIRED = os.environ.get("REQUIRE", "").split()  # what a test may not be skipped for want of


def pytest_configure(config):
    for plugin in (balance, kernel_guard):
        config.pluginmanager.register(plugin)


def not_found(resource, remedy):
    """Skip a test because something is not installed; fail it where REQUIRE names the resource."""
    report = pytest.fail if resource in REQUIRED else pytest.skip
    report(f"{resource} was not found: {remedy}")


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
        linecache.cache["<notebook>"] = (len(source), None, source.splitlines(keepends=True), "<notebook>")
        exec(compile(source, "<notebook>", "exec"), namespace)
        return Student(InProcess(namespace), source)

    return build


@pytest.fixture(scope="session")
def course():
    """The Dropout assignment of this repository."""
    return Course.load("dropout", ROOT)


@pytest.fixture(scope="session")
def released():
    """The notebook that students get."""
    return nbformat.read(ROOT / "release/dropout/dropout.ipynb", as_version=4)


@pytest.fixture(scope="session")
def reference():
    """The reference answers, by grade_id."""
    return reference_answers(ROOT / "source/dropout/dropout.ipynb")


@pytest.fixture
def hand_in(released, reference, tmp_path):
    """Return a function that writes a submission: the reference's answers, some of them replaced."""

    def write(name="dropout", *, parts=(), **answers):
        given = dict(reference)
        for part in parts:
            given |= read_answers(part)
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(answered(released, given | answers), path)
        return path

    return write


@pytest.fixture(scope="session")
def generated(course, tmp_path_factory):
    """A small generated image set, prepared for grading in a cache of its own."""
    folder = tmp_path_factory.mktemp("images")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("CIFAR10_DIR", str(generate(course, folder / "generated")))
        return prepare(course)


@pytest.fixture(autouse=True)
def _cifar_if_marked(request):
    """Skip a test marked `cifar` if CIFAR-10 is not found, whether or not it uses the fixture of that name."""
    if request.node.get_closest_marker("cifar"):
        request.getfixturevalue("cifar")


@pytest.fixture(scope="session")
def cifar(course) -> Data:
    """CIFAR-10, prepared for grading."""
    try:
        return prepare(course)
    except DataNotFoundError:
        not_found("cifar", "set CIFAR10_DIR")
