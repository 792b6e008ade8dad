"""Make release/ or solutions/ from source/ with nbgrader, in a scratch course, and put them in place.

    python tools/publish.py release       what students get
    python tools/publish.py solutions     what is published after the deadline, run on CIFAR-10

Both names may be given. `--to FOLDER` writes there instead; `--unexecuted` leaves solutions without outputs.
The scratch course keeps the gradebook of a real one out of it.
"""

import argparse
import os
import shutil
import sys
import tempfile
from copy import deepcopy
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.converters import GenerateSolution
from nbgrader.coursedir import CourseDirectory

from autograder.checks.registry import gradable_assignments, prepare_data
from autograder.course import CONFIG, Course, find_root, read_config
from autograder.gradebook.environment import path_with_scripts

ROOT = find_root(Path(__file__).parent)


def make_course(folder):
    """Write a scratch course with the config and the sources."""
    shutil.copy(ROOT / CONFIG, folder)
    shutil.copytree(ROOT / "source", folder / "source", ignore=shutil.ignore_patterns("__pycache__", ".*"))


def make_release(config, assignment):
    """Make an assignment's release in the working folder, which a solution needs too."""
    done = NbGraderAPI(config=config).generate_assignment(assignment, create=True)
    if not done["success"]:
        sys.exit(f"nbgrader did not release {assignment}:\n{done.get('error') or done.get('log')}")


def make_solution(config, assignment, execute):
    """Make an assignment's solution in the working folder, run on its data if `execute` is true."""
    data = prepare_data(Course.load(assignment)) if execute else None
    if data:
        os.environ[data.variable] = str(data.visible)
    config = deepcopy(config)
    config.CourseDirectory.assignment_id = assignment
    config.Execute.enabled = execute
    GenerateSolution(coursedir=CourseDirectory(config=config), config=config).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="+", choices=["release", "solutions"], metavar="release | solutions")
    parser.add_argument("--to", type=Path, default=ROOT)
    parser.add_argument("--unexecuted", action="store_true")
    options = parser.parse_args()
    target = options.to.resolve()
    os.environ["PATH"] = path_with_scripts()
    with tempfile.TemporaryDirectory() as scratch:
        make_course(Path(scratch))
        os.chdir(scratch)
        config = read_config(Path(scratch))
        for assignment in gradable_assignments(ROOT):
            make_release(config, assignment)
            if "solutions" in options.kinds:
                make_solution(config, assignment, execute=not options.unexecuted)
            for kind in options.kinds:
                shutil.rmtree(target / kind / assignment, ignore_errors=True)
                shutil.copytree(Path(kind) / assignment, target / kind / assignment)
        os.chdir("/")


if __name__ == "__main__":
    main()
