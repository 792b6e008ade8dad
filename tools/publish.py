"""Make release/ or solutions/ from source/ with nbgrader, in a scratch course, and put them in place.

    python tools/publish.py release       what students get
    python tools/publish.py solutions     what is published after the deadline, run on CIFAR-10

Names of assignments behind it leave the others as they are. `--to FOLDER` writes there instead;
`--unexecuted` leaves solutions without outputs. The scratch course keeps the gradebook of a real one out
of it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.checks.registry import gradable_assignments, prepare_data
from autograder.course import CONFIG, Course, find_root
from autograder.gradebook.environment import path_with_scripts

ROOT = find_root(Path(__file__).parent)


def make_course(folder):
    """Write a scratch course with the config and the sources."""
    shutil.copy(ROOT / CONFIG, folder)
    shutil.copytree(ROOT / "source", folder / "source", ignore=shutil.ignore_patterns("__pycache__", ".*"))


def generate(kind, assignment, execute):
    """Run nbgrader on the course in the working folder; return the folder that it made."""
    nbgrader("generate_assignment", assignment)
    if kind == "solutions":
        course = Course.load(assignment)
        data = prepare_data(course) if execute else None
        variables = {data.variable: str(data.visible)} if data else {}
        nbgrader("generate_solution", assignment, f"--Execute.enabled={execute}", **variables)
    return Path(kind) / assignment


def nbgrader(command, assignment, *options, **variables):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, assignment, *options],
        env={**os.environ, **variables, "PATH": path_with_scripts(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(f"nbgrader {command} {assignment} failed:\n{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["release", "solutions"])
    parser.add_argument("assignments", nargs="*", default=gradable_assignments(ROOT))
    parser.add_argument("--to", type=Path, default=ROOT)
    parser.add_argument("--unexecuted", action="store_true")
    options = parser.parse_args()
    target = options.to.resolve() / options.kind
    with tempfile.TemporaryDirectory() as scratch:
        make_course(Path(scratch))
        os.chdir(scratch)
        for assignment in options.assignments:
            made = generate(options.kind, assignment, execute=not options.unexecuted)
            shutil.rmtree(target / assignment, ignore_errors=True)
            shutil.copytree(made, target / assignment)
        os.chdir("/")
    print(target)


if __name__ == "__main__":
    main()
