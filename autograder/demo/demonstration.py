"""The demonstration: a course folder, a small class, and everything from release to feedback."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from rich.console import Console

from autograder.checks.dropout.images import generate, prepare
from autograder.course import CONFIG, Course, find_root, read_config
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.errors import ConfigError, DataNotFoundError
from autograder.feedback import terminal
from autograder.gradebook.class_run import ClassRun
from autograder.gradebook.progress import run_plan

ASSIGNMENT = "dropout"
JOBS = 2
MARK = ".autograder-demo"  # tells a folder that the demonstration made, and may make anew
CLASS = {
    "alice_reference": ("reference",),
    "bob_another_way": ("reference", "another_way"),
    "carol_p_is_for_dropping": ("reference", "p_is_for_dropping"),
    "dan_backward_unscaled": ("reference", "backward_unscaled"),
    "erin_dropout_on_the_scores": ("reference", "dropout_on_the_scores"),
    "frank_not_trained": ("reference", "not_trained"),
    "grace_unanswered": (),
    "mallory_hostile": ("hostile",),
}
CORRUPT = "peggy_corrupt"
NOT_CIFAR = """\
CIFAR-10 was not found: this demonstration uses a small GENERATED image set.
Its accuracies say nothing about CIFAR-10. `autograder data` downloads CIFAR-10; CIFAR10_DIR names a copy."""


def run(folder: Path) -> int:
    """Make a course in `folder`, grade its class and return the exit code.

    Raises
    ------
    ConfigError
        If there is no course around the working folder, or `folder` holds something else.
    """
    console = Console()
    warnings.filterwarnings("ignore", "Object of type", module="nbgrader")  # its own sessions, to SQLAlchemy
    root = make_course(find_root(Path.cwd()), folder)
    with _working_in(root), _images(Course.load(ASSIGNMENT, root), root, console):
        from nbgrader.apps import NbGraderAPI  # imports for two seconds

        api = NbGraderAPI(config=read_config(root))
        _check(api.generate_assignment(ASSIGNMENT, force=True, create=True))
        students = submit(root)
        class_run = ClassRun(ASSIGNMENT, root)
        results = run_plan(class_run, class_run.plan(), JOBS)
        failed = {result.submission for result in results if result.status == "internal_error"}
        graded = [student for student in students if f"{student}/{ASSIGNMENT}" not in failed]
        for student in _bar(console, "writing feedback", graded):
            _check(api.generate_feedback(ASSIGNMENT, student, force=True))
    console.print(f"Feedback pages: {root}/feedback/<student>/{ASSIGNMENT}/{ASSIGNMENT}.html", soft_wrap=True)
    console.print(f"Formgrader: cd {root} && jupyter lab, then Nbgrader > Formgrader", soft_wrap=True)
    return 1 if failed else 0


def make_course(origin: Path, folder: Path) -> Path:
    """Make a course's folder with a copy of the config and the sources, and return it resolved."""
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConfigError(
            f"{folder} exists and was not made by the demonstration; name another one with --folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    shutil.copytree(origin / "source", folder / "source", ignore=ignore)
    shutil.copy(origin / CONFIG, folder / CONFIG)
    (folder / MARK).touch()
    return folder


def submit(root: Path) -> list[str]:
    """Write every student's submission and return their names."""
    released = nbformat.read(root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    reference = reference_answers(root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    for student, parts in CLASS.items():
        answers: dict[str, str] = {}
        for part in parts:
            answers |= reference if part == "reference" else read_answers(part)
        _hand_in(root, student, nbformat.writes(answered(released, answers)))
    _hand_in(root, CORRUPT, nbformat.writes(released)[:5000])
    return sorted([*CLASS, CORRUPT])


def _hand_in(root: Path, student: str, text: str) -> None:
    path = root / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def _check(done: dict[str, Any]) -> None:
    if not done["success"]:
        raise ConfigError(f"nbgrader failed: {done.get('error') or done.get('log')}")


def _bar(console: Console, text: str, students: list[str]) -> Iterator[str]:
    with terminal.progress(console) as progress:
        task = progress.add_task(text, total=len(students))
        for student in students:
            progress.update(task, description=f"{text} {student}")
            yield student
            progress.advance(task)


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _images(course: Course, root: Path, console: Console) -> Iterator[None]:
    """Use CIFAR-10 where it is found, else a generated set, loudly."""
    before = os.environ.get("CIFAR10_DIR")
    try:
        prepare(course)
    except DataNotFoundError:
        console.print(NOT_CIFAR, style="bold red", soft_wrap=True)
        os.environ["CIFAR10_DIR"] = str(generate(course, root / "images"))
    try:
        yield
    finally:
        os.environ.pop("CIFAR10_DIR", None)
        if before is not None:
            os.environ["CIFAR10_DIR"] = before
