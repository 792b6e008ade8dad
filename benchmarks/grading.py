"""Time what grading adds to the student's own cells: cold as a command, warm in a worker, and by part.

    python benchmarks/grading.py
    python benchmarks/grading.py --rounds 20 --json build/grading.json

Cold is a whole command, each time in a new process. Warm is one process that grades the same notebook
repeatedly with every check, as a worker of a class does. The notebook has the reference answers and an
untrained network: its accuracy is measured on 10,000 images, but nothing is trained. If CIFAR-10 is not
found, generated images are used, of which there are fewer.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import nbformat
from reporting import ROOT, machine, spread, summary, write_json
from tqdm import tqdm

from autograder.checks.dropout.images import generate, prepare
from autograder.course import Course
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.errors import DataNotFoundError
from autograder.grading import notebook_run
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions
from autograder.kernel.kernel import Kernel
from autograder.submission.submission import Submission

FIRST = ("test_dropout_forward",)
COMMANDS = {
    "autograder --help": ("--help",),
    "autograder grade --only test_dropout_forward": ("grade", "{notebook}", "--only", *FIRST),
    "autograder grade": ("grade", "{notebook}"),
}
CELLS, TOTAL, OVERHEAD = "the student's own cells", "total", "total, without the student's own cells"
PARTS = {  # what is timed, by its name in the table
    "reading, sanitising": (Submission, "receive"),
    "starting the kernel": (notebook_run, "start_kernel"),
    "installing the agent": (Kernel, "install_agent"),
    CELLS: (Kernel, "run_cell"),
    "the checks' calls": (Kernel, "request"),
    "ending the kernel": (Kernel, "close"),
}
REST = "checks, oracle, pytest"


def submission(folder, *others):
    """Write a notebook with the reference answers, some replaced by the demonstration's; return its path."""
    released = nbformat.read(ROOT / "release/dropout/dropout.ipynb", as_version=4)
    answers = reference_answers(ROOT / "source/dropout/dropout.ipynb")
    for name in others:
        answers |= read_answers(name)
    path = folder / "dropout.ipynb"
    nbformat.write(answered(released, answers), path)
    return path


def images(course, folder):
    """Return the prepared images: CIFAR-10 if it is found, else generated ones."""
    try:
        return prepare(course)
    except DataNotFoundError:
        print("CIFAR-10 was not found: measuring with generated images", file=sys.stderr)
        os.environ["CIFAR10_DIR"] = str(generate(course, folder / "images"))
        return prepare(course)


@contextmanager
def clock(seconds):
    """Add the seconds that each of PARTS takes to `seconds`, by name."""
    before = {part: (owner, name, owner.__dict__[name]) for part, (owner, name) in PARTS.items()}
    for part, (owner, name, found) in before.items():
        inner = found.__func__ if isinstance(found, classmethod) else found
        timed = _timed(inner, part, seconds)
        setattr(owner, name, classmethod(timed) if isinstance(found, classmethod) else timed)
    try:
        yield
    finally:
        for owner, name, found in before.values():
            setattr(owner, name, found)


def _timed(function, part, seconds):
    def timed(*arguments, **settings):
        start = time.perf_counter()
        try:
            return function(*arguments, **settings)
        finally:
            seconds[part] += time.perf_counter() - start

    return timed


def warm(path, course, data, rounds, only=(), points=60):
    """Grade the notebook repeatedly in this process; return lists of seconds, by part and in total."""
    found = defaultdict(list)
    for i in tqdm(range(rounds + 1), desc="warm", leave=False, disable=None):
        seconds = defaultdict(float)
        start = time.perf_counter()
        with clock(seconds):
            result = grade(path, GradingOptions(course, data, only))
        total = time.perf_counter() - start
        if result.score != points:
            sys.exit(f"expected {points} points, found {result.score}: {result.output}")
        if i:  # the first round also imports modules
            for part in PARTS:
                found[part].append(seconds[part])
            found[REST].append(total - sum(seconds.values()))
            found[TOTAL].append(total)
            found[OVERHEAD].append(total - seconds[CELLS])
    return found


def cold(path, rounds):
    """Run each command repeatedly; return a list of seconds for each."""
    found = defaultdict(list)
    for _ in tqdm(range(rounds), desc="cold", leave=False, disable=None):
        for name, words in COMMANDS.items():
            command = [sys.executable, "-m", "autograder", *(w.format(notebook=path) for w in words)]
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            found[name].append(time.perf_counter() - start)
    return found


def main():
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10, help="gradings of each kind (default 10)")
    parser.add_argument("--json", type=Path, default=Path("build/grading.json"))
    options = parser.parse_args()
    course = Course.load("dropout", ROOT)
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        data = images(course, Path(folder))
        path = submission(Path(folder), "not_trained")
        tables = {
            "a command, cold": cold(path, options.rounds),
            f"a whole submission in a warm worker, {data.name}": warm(path, course, data, options.rounds),
            "its first exercise in a warm worker": warm(path, course, data, options.rounds, FIRST, 15),
        }
    for title, rows in tables.items():
        print(f"{title:<60} {'seconds':>22}")
        for name, seconds in rows.items():
            print(f"  {name:<58} {spread(seconds, 2):>22}")
        print()
    found = {title: {name: summary(s) for name, s in rows.items()} for title, rows in tables.items()}
    write_json(options.json, {"machine": machine(), "rounds": options.rounds, "results": found})


if __name__ == "__main__":
    main()
