"""Which assignment a command is about if the command line does not name one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from autograder.checks.registry import gradable_assignments, load_assignment
from autograder.course import Course
from autograder.submission.identifying import identify


def assignment_of(notebooks: Sequence[str]) -> str:
    """Return the one assignment that the notebooks answer; raise UsageError if that is not clear."""
    courses = [Course.load(name) for name in gradable_assignments(Path.cwd())]
    found = {identify(Path(notebook), courses) for notebook in notebooks} - {None}
    candidates = sorted(course.assignment for course in (found or courses) if course)
    if len(candidates) > 1:
        problem = "answer several assignments" if found else "do not say which assignment they answer"
        raise click.UsageError(
            f"these notebooks {problem} ({', '.join(candidates)}); name one with --assignment"
        )
    return candidates[0]


def only_assignment_with_data() -> str:
    """Return the only assignment of the course that uses data; raise UsageError if there are more or none."""
    found = [name for name in gradable_assignments(Path.cwd()) if load_assignment(name).data]
    if len(found) != 1:
        raise click.UsageError(f"name an assignment; those that use data: {', '.join(found) or 'none'}")
    return found[0]
