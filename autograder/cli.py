"""The commands. Exit codes: 0 done, 1 a submission was not graded, 2 wrong usage, 3 the command failed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.errors import AutograderError
from autograder.startup import leave_out_grammar

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grading.options import GradingOptions
    from autograder.results import Result

# Everything else is imported by the command that needs it: `autograder --help` answers at once.

NOT_GRADED, FAILED = 1, 3


class Commands(click.Group):
    """Turns an error of ours into one line and exit code 3, and finds scripts beside this Python."""

    def invoke(self, ctx: click.Context) -> object:
        leave_out_grammar()
        scripts = str(Path(sys.executable).parent)  # nbgrader calls alembic by its name
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
        try:
            return super().invoke(ctx)
        except (AutograderError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise  # whoever reads has had enough, and click knows what to do
            click.echo(f"autograder: {error}", err=True)
            sys.exit(FAILED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograder")
def main() -> None:
    """Grade notebooks with checks that never enter the student's process."""


@main.command()
@click.argument("notebooks", nargs=-1, required=True, metavar="NOTEBOOK...")
@click.option("--json", "json_path", type=click.Path(dir_okay=False), help="Write results.json here.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Notebooks at a time.")
@click.option("--only", multiple=True, metavar="CELL", help="Grade just this test cell (repeatable).")
@click.option(
    "--seed", type=click.IntRange(min=0), default=7919, show_default=True, help="Of the checks' draws."
)
@click.option("--assignment", metavar="NAME", help="What they answer; by default, what the files are called.")
@click.option("--no-sandbox", is_flag=True, help="Run strangers' code unprotected, with your rights.")
@click.option("--user", metavar="NAME", help="With --no-sandbox: an account that cannot read the checks.")
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

    The course is the one around the working folder.

    \b
    Example: autograder grade alice/dropout.ipynb --json results.json
    """
    from rich.console import Console

    from autograder.checks.registry import prepare_data
    from autograder.feedback import terminal
    from autograder.grading.batch import grade_all
    from autograder.grading.options import GradingOptions

    if user and not no_sandbox:
        raise click.UsageError(
            "--user is for --no-sandbox; in the sandbox code has no account of this machine"
        )
    course = _course(_assignments(notebooks, assignment), only)
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
        _write_json(ordered, Path(json_path))
    _show(ordered)
    sys.exit(0 if all(result.status == "graded" for result in ordered) else NOT_GRADED)


@main.command("class")
@click.argument("assignment")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Submissions at a time; a core each.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a running Dask cluster, instead of --jobs.")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this one (repeatable).")
@click.option("--force", is_flag=True, help="Grade those that are unchanged again too.")
def grade_class(
    assignment: str, jobs: int | None, scheduler: str | None, students: tuple[str, ...], force: bool
) -> None:
    """Grade every collected submission into nbgrader's gradebook, in parallel.

    Skips a submission that was graded with the same checks. A run that was cut off, however that
    happened, goes on where it was when the same command is given again.

    \b
    Example: autograder class dropout --jobs 4
    """
    from autograder.gradebook import summary
    from autograder.gradebook.class_run import Classroom

    if jobs and scheduler:
        raise click.UsageError("--jobs is for this machine and --scheduler for a cluster: give one of them")
    room = Classroom(assignment, Path.cwd())
    with room.journal.alone():
        plan = room.plan(students, force)
        if plan.to_grade and not scheduler:  # a worker elsewhere finds out for itself
            _say_protection(room.job())
        try:
            results = summary.watch(room, plan, jobs or os.cpu_count() or 1, scheduler)
        except KeyboardInterrupt:
            click.echo("\nautograder: stopped; the same command goes on from here", err=True)
            sys.exit(FAILED)
    everything = [*plan.done, *results]
    click.echo(summary.describe(room, plan, everything))
    sys.exit(0 if all(result.status == "graded" for result in everything) else NOT_GRADED)


@main.command()
@click.argument("assignment")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="By default reports/<assignment>.html."
)
def report(assignment: str, output: Path | None) -> None:
    """Write a page on a class: scores, the hardest checks, misconceptions, who needs a person.

    \b
    Example: autograder report dropout
    """
    from autograder.feedback.report import write

    click.echo(write(assignment, Path.cwd(), output))


@main.command()
@click.argument("assignment", required=False)
@click.option("--no-download", is_flag=True, help="Only look for the data.")
def data(assignment: str | None, no_download: bool) -> None:
    """Find, download or verify an assignment's data and say where it is.

    ASSIGNMENT may be left out if only one assignment of the course uses data.

    \b
    Example: autograder data --no-download
    """
    from autograder.checks.registry import prepare_data
    from autograder.course import Course

    course = Course.load(assignment or _only_assignment_with_data())
    found = prepare_data(course, download=not no_download, verify=True)
    if found is None:
        click.echo(f"{course.assignment} uses no data")
    else:
        click.echo(f"{found.name}, prepared and verified: {found.visible.parent}")


@main.command()
def sandbox() -> None:
    """Try the sandbox and say what protection is in force here.

    \b
    Example: autograder sandbox
    """
    from autograder.limits import Limits
    from autograder.sandbox.probe import probe

    protection = probe(Limits())
    click.echo(protection.summary)
    for name, text in protection.details:
        click.echo(f"  {name:18} {text}")
    sys.exit(0 if protection.sealed else FAILED)


@main.command()
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True
)
def demo(folder: Path) -> None:
    """Release, answer, grade and return a small class of submissions, right, wrong and hostile.

    Uses the assignment's data if it is found, else a small generated set.

    \b
    Example: autograder demo --folder demo
    """
    from autograder.demo.demonstration import run

    sys.exit(run(folder))


def _assignments(notebooks: Sequence[str], named: str | None) -> list[str]:
    """Return the assignments that the notebooks may answer: by name, and never by what a student wrote."""
    from autograder.checks.registry import gradable_assignments
    from autograder.errors import ConfigError

    known = gradable_assignments(Path.cwd())
    called = sorted({Path(notebook).stem for notebook in notebooks} & set(known))
    if len(called) > 1 and not named:
        raise ConfigError(
            f"these notebooks are of several assignments ({', '.join(called)}); grade each of them with a "
            "command of its own, or name one with --assignment"
        )
    return [named] if named else called or known


def _course(names: Sequence[str], only: Sequence[str]) -> Course:
    """Return the first of these assignments that has the test cells wanted."""
    from autograder.course import Course
    from autograder.errors import ConfigError

    courses = [Course.load(name) for name in names]
    fitting = [course for course in courses if set(only) <= {cell.grade_id for cell in course.tests}]
    if not fitting:
        raise ConfigError(
            f"no assignment of this course has the test cells {', '.join(only)}; looked in {', '.join(names)}"
        )
    return fitting[0]


def _say_protection(options: GradingOptions) -> None:
    """Say in one line what strangers' code is kept from; raise SandboxError where it is kept from nothing."""
    from autograder.errors import SandboxError
    from autograder.sandbox.probe import probe

    if not options.sandboxed:
        whose = options.course.limits.user
        rights = f"as {whose}" if whose else "with your rights"
        click.secho(f"No sandbox: these notebooks run {rights} on this machine.", fg="red", err=True)
        return
    protection = probe(options.course.limits)
    if not protection.sealed:
        raise SandboxError(dict(protection.details)["reason"])
    click.echo(protection.summary, err=True)


def _only_assignment_with_data() -> str:
    from autograder.checks.registry import gradable_assignments, load_assignment

    found = [name for name in gradable_assignments(Path.cwd()) if load_assignment(name).data]
    if len(found) != 1:
        raise click.UsageError(f"name an assignment; those that use data: {', '.join(found) or 'none'}")
    return found[0]


def _write_json(results: Sequence[Result], path: Path) -> None:
    records = [result.to_json() for result in results]
    path.write_text(json.dumps(records if len(records) > 1 else records[0], indent=2) + "\n")


def _show(results: Sequence[Result]) -> None:
    from autograder.feedback import terminal

    if len(results) == 1:
        click.echo(terminal.details(results[0]))
    else:
        terminal.output().print(terminal.table(results))
