"""What nbgrader needs of the environment."""

import shutil

from autograder.gradebook.environment import path_with_scripts


def test_nbgrader_finds_alembic(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("alembic", path=path_with_scripts())


def test_other_commands_are_found_as_before(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere:/usr/bin")
    assert path_with_scripts().endswith(":/nowhere:/usr/bin")
