"""The commands.

Exit codes: 0 done, 1 a submission was unusable or met an internal error, 2 wrong usage, 3 the command failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.errors import AutograderError
from autograder.gradebook.environment import path_with_scripts
from autograder.startup import leave_out_grammar

if TYPE_CHECKING:
    from autograder.grading.options import GradingOptions
    from autograder.results import Result

# Each command imports what it needs, so that `autograder --help` answers at once.

NOT_GRADED, FAILED = 1, 3


class Commands(click.Group):
    """A group whose commands report an error in one line and exit with code 3."""

    def invoke(self, ctx: click.Context) -> object:
        leave_out_grammar()  # saves 1.3 s of processor time at the start
        os.environ["PATH"] = path_with_scripts()
        try:
            return super().invoke(ctx)
        except (AutograderError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise  # the reader closed the pipe, which click handles
            click.echo(f"autograder: {error}", err=True)
            sys.exit(FAILED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograder")
def main() -> None:
    """Grade notebooks with hidden checks that never enter the student's process."""


@main.command()
@click.argument("notebooks", nargs=-1, required=True, metavar="NOTEBOOK...", type=click.Path(exists=True))
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False), help="Path of a results.json file to write."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of notebooks to grade in parallel.",
)
@click.option("--only", multiple=True, metavar="CELL", help="Grade only this test cell (repeatable).")
@click.option(
    "--seed", type=click.IntRange(min=0), default=7919, show_default=True, help="Random seed for the checks."
)
@click.option("--assignment", metavar="NAME", help="Assignment of the notebooks (default: from their cells).")
@click.option(
    "--no-sandbox", is_flag=True, help="Run untrusted code without a sandbox, with your permissions."
)
@click.option("--user", metavar="NAME", help="Account to run untrusted code as, with --no-sandbox.")
def grade(
    notebooks: tuple[str, ...],
    json_path: str | None,
    jobs: int,
    only: tuple[str, ...],
    seed: int,
    assignment: str | None,
    no_sandbox: bool,
    user: str | None,
) -> None:
    """Grade notebooks outside any gradebook.

    The course is the nearest folder at or above the working folder that has an nbgrader_config.py.

    \b
    Example: autograder grade alice/hw1.ipynb --json results.json
    """
    from rich.console import Console

    from autograder.checks.registry import prepare_data
    from autograder.course import Course
    from autograder.default_assignment import assignment_of
    from autograder.feedback import terminal
    from autograder.grading.batch import grade_all
    from autograder.grading.options import GradingOptions
    from autograder.results import results_text

    if user and not no_sandbox:
        raise click.UsageError("--user needs --no-sandbox: in a sandbox, code has no account of this machine")
    course = Course.load(assignment or assignment_of(notebooks))
    options = GradingOptions(course, prepare_data(course), only, seed, sandboxed=not no_sandbox)
    options = options.running_as(user or "")
    _say_protection(options)
    results: dict[int, Result] = {}
    with terminal.progress(Console(stderr=True)) as progress:
        task = progress.add_task("grading", total=len(notebooks))
        for index, result in grade_all(notebooks, options, jobs):
            results[index] = result
            progress.advance(task)
    ordered = [results[index] for index in range(len(notebooks))]
    if json_path:
        Path(json_path).write_text(results_text(ordered))
    _show(ordered)
    sys.exit(0 if all(result.status == "graded" for result in ordered) else NOT_GRADED)


@main.command("class")
@click.argument("assignment")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of submissions to grade in parallel (default: one per core).",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Address of a running Dask scheduler to use instead of --jobs."
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    help="Grade only this student's submission (repeatable).",
)
@click.option("--force", is_flag=True, help="Regrade unchanged submissions.")
def grade_class(
    assignment: str, jobs: int | None, scheduler: str | None, students: tuple[str, ...], force: bool
) -> None:
    """Grade a class into nbgrader's gradebook.

    Grades every collected submission, in parallel.

    Skips submissions whose notebook and checks are unchanged. To resume an interrupted run, give the
    same command again.

    \b
    Example: autograder class hw1 --jobs 4
    """
    from autograder.feedback.words import class_summary
    from autograder.gradebook.class_run import ClassRun
    from autograder.gradebook.progress import run_plan

    if jobs and scheduler:
        raise click.UsageError("give either --jobs, for this machine, or --scheduler, for a cluster")
    class_run = ClassRun(assignment, Path.cwd())
    with class_run.journal.lock():
        plan = class_run.plan(students, force)
        if plan.to_grade and not scheduler:  # each worker of a cluster probes its own machine
            _say_protection(class_run.options())
        try:
            results = run_plan(class_run, plan, jobs or os.cpu_count() or 1, scheduler)
        except KeyboardInterrupt:
            click.echo("\nautograder: stopped; give the same command again to resume", err=True)
            sys.exit(FAILED)
    everything = [*plan.unchanged, *results]
    click.echo(class_summary(everything, len(plan.unchanged)))
    if plan.size:
        click.echo(f"Logs: {class_run.journal.log_path('<student>')}")
    sys.exit(0 if all(result.status == "graded" for result in everything) else NOT_GRADED)


@main.command()
@click.argument("assignment")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Path of the page (default: reports/<assignment>.html).",
)
def report(assignment: str, output: Path | None) -> None:
    """Write a page on a class.

    It shows scores, the hardest checks, misconceptions and the submissions that a person should review.

    \b
    Example: autograder report hw1
    """
    from autograder.checks.registry import load_assignment
    from autograder.course import Course
    from autograder.feedback.class_page import render_class_page
    from autograder.gradebook.class_rows import read_class_rows
    from autograder.gradebook.journal import write_durably

    course = Course.load(assignment)
    page = render_class_page(read_class_rows(course), assignment, load_assignment(assignment).class_page)
    path = output or Path(course.root) / "reports" / f"{assignment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    # "replace": a student's id is a folder's name, which may not be valid text
    write_durably(path, page.encode(errors="replace"))
    click.echo(path)


@main.command()
@click.argument("assignment", required=False)
@click.option("--no-download", is_flag=True, help="Do not download the data if it is not found.")
def data(assignment: str | None, no_download: bool) -> None:
    """Find, download or verify an assignment's data.

    Prints where the data is.

    ASSIGNMENT may be omitted if only one assignment of the course uses data.

    \b
    Example: autograder data --no-download
    """
    from autograder.checks.registry import prepare_data
    from autograder.course import Course
    from autograder.default_assignment import only_assignment_with_data

    course = Course.load(assignment or only_assignment_with_data())
    found = prepare_data(course, download=not no_download, verify=True)
    if found is None:
        click.echo(f"{course.assignment} uses no data")
    else:
        click.echo(f"{found.name}, prepared and verified: {found.visible.parent}")


@main.command()
def sandbox() -> None:
    """Show which protection is in force on this machine.

    Starts a sandbox to find out. The exit code is 3 if there is none.

    \b
    Example: autograder sandbox
    """
    from autograder.limits import Limits
    from autograder.sandbox.probe import details, probe, summary

    protection = probe(Limits())
    click.echo(summary(protection))
    for name, text in details(protection):
        click.echo(f"  {name:18} {text}")
    sys.exit(0 if protection.available else FAILED)


@main.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder to make the demonstration's course in.",
)
def demo(folder: Path) -> None:
    """Grade a small sample class, from release to feedback.

    The class has right, wrong, hostile and corrupt submissions.

    Uses the assignment's data if it is found, else a small generated set.

    \b
    Example: autograder demo --folder demo
    """
    from autograder.demo.demonstration import run

    sys.exit(run(folder))


def _say_protection(options: GradingOptions) -> None:
    """Print in one line which protection is in force; raise SandboxError if the sandbox does not work."""
    from autograder.errors import SandboxError
    from autograder.sandbox.probe import probe, summary

    if not options.sandboxed:
        user = options.course.limits.user
        account = f"as {user}" if user else "with your permissions"
        click.secho(f"No sandbox: these notebooks run {account} on this machine.", fg="red", err=True)
        return
    protection = probe(options.course.limits)
    if not protection.available:
        raise SandboxError(protection.reason)
    click.echo(summary(protection), err=True)


def _show(results: Sequence[Result]) -> None:
    from autograder.feedback import terminal

    if len(results) == 1:
        click.echo(terminal.details(results[0]))
    else:
        terminal.output().print(terminal.table(results))
