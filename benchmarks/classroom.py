"""Measure how fast this grader and stock nbgrader grade a class; check that parallel results are the same.

    python benchmarks/classroom.py rates [--count 24] [--rounds 3]   --jobs 2, --jobs 1 and stock nbgrader
    python benchmarks/classroom.py same [--count 60]                 --jobs 2 compared with each alone

`rates` measures the three in turn, so that other load on the machine affects all of them, and prints medians.
Its class has submissions that the stock grader can grade (right, wrong and unanswered), without the final
training, with one thread per job. `same` adds corrupt and hostile submissions. benchmarks/scaling.py measures
how the cost grows with the class.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from reporting import ROOT, machine, spread, summary, write_json

from autograder.checks.dropout.images import generate
from autograder.checks.registry import prepare_data
from autograder.course import Course
from autograder.demo.answering import answered, read_answers, reference_answers
from autograder.gradebook.environment import path_with_scripts
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

SETTINGS = "c.Limits.threads = 1\nc.Limits.call = 2\nc.Limits.cell = 30\n"
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'deep-learning'\nc.Execute.timeout = 120\n"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
GRADABLE = (
    "reference",
    "another_way",
    "p_is_for_dropping",
    "backward_unscaled",
    "dropout_on_the_scores",
    None,
)
MIX = (*GRADABLE, "corrupt", "hostile", "kills", *GRADABLE[:3])
SMALL = ("dropout_forward", "test_dropout_forward")
KILLS = "import os\nos.kill(os.getpid(), 9)"


def make_course(folder, only=()):
    """Make a course without the final training, or with only the cells named; return its folder."""
    shutil.copytree(ROOT / "source", folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "source/dropout/dropout.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if wanted(cell, only)]
    if only:
        shutil.rmtree(folder / "source/dropout/utils")
        notebook.cells.insert(0, nbformat.v4.new_code_cell("import numpy as np", id="numpy"))
    nbformat.write(notebook, path)
    write_config(folder)
    run(folder, "nbgrader", "generate_assignment", "dropout")
    return folder


def wanted(cell, only):
    if only:
        return cell.metadata.get("nbgrader", {}).get("grade_id") in only
    return "for-test_accuracy" not in cell.metadata.get("tags", ())


def write_config(folder, stock=False):
    own = (ROOT / "nbgrader_config.py").read_text() + SETTINGS
    (folder / "nbgrader_config.py").write_text(STOCK if stock else own)


def submit(folder, kinds, count):
    """Write `count` submissions, cycling through the kinds."""
    released = nbformat.read(folder / "release/dropout/dropout.ipynb", as_version=4)
    reference = reference_answers(ROOT / "source/dropout/dropout.ipynb")
    for i in range(count):
        kind = kinds[i % len(kinds)]
        path = folder / f"submitted/s{i:03d}_{kind or 'unanswered'}/dropout/dropout.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text_of(released, reference, kind))


def text_of(released, reference, kind):
    answers = {} if kind in (None, "hostile") else dict(reference)
    if kind == "kills":
        answers["dropout_backward"] = KILLS
    elif kind not in (None, "reference", "corrupt"):
        answers |= read_answers(kind)
    text = nbformat.writes(answered(released, answers))
    return text[:5000] if kind == "corrupt" else text


def run(folder, module, *arguments):
    """Run a command of this environment in the course folder; return the seconds that it took."""
    variables = {**os.environ, **ONE_THREAD, "PATH": path_with_scripts()}
    start = time.perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return time.perf_counter() - start


def start_anew(folder):
    for name in ("autograded", ".autograder"):
        shutil.rmtree(folder / name, ignore_errors=True)


def rates(folder, options):
    course = make_course(folder)
    submit(course, GRADABLE, options.count)
    seconds = {"stock nbgrader": [], "--jobs 1": [], "--jobs 2": []}
    for _ in range(options.rounds):
        for name, found in seconds.items():
            start_anew(course)
            stock = name.startswith("stock")
            write_config(course, stock)
            command = ("nbgrader", "autograde", "dropout") if stock else ("autograder", "class", "dropout")
            found.append(run(course, *command, *(() if stock else name.split())))
            print(f"{name:15} {found[-1]:7.1f} s", flush=True)
    ours = seconds["--jobs 2"]
    found = {}
    print(f"\n{'':15} {'seconds':>24} {'per min':>9} {'times --jobs 2':>20}")
    for name, times in seconds.items():
        ratios = [time / other for time, other in zip(times, ours, strict=True)]  # of the same round
        rate = 60 * options.count / summary(times)["median"]
        print(f"{name:15} {spread(times, 1):>24} {rate:9.1f} {spread(ratios, 2):>20}")
        found[name] = {"seconds": summary(times), "ratio": summary(ratios)}
    return found


def same(folder, options):
    course = make_course(folder)
    submit(course, MIX, options.count)
    print(f"--jobs 2: {run(course, 'autograder', 'class', 'dropout', '--jobs', '2'):.1f} s", flush=True)
    loaded = Course.load("dropout", course)
    data = prepare_data(loaded)
    different = 0
    for path in sorted(course.glob("submitted/*/dropout/dropout.ipynb")):
        student = path.parts[-3]
        found = json.loads((course / f"autograded/{student}/dropout/results.json").read_text())
        alone = json.loads(json.dumps(grade(path, GradingOptions(loaded, data)).to_json()))
        for result in (found, alone):
            del result["execution_time"], result["submission"]
        if found != alone:
            different += 1
            print(f"{student} differs")
    print(f"{options.count} submissions, {different} differ")
    return {"different": different}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("rates", "same"))
    parser.add_argument("--count", type=int, help="submissions (default 24 and 60)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="by default build/classroom-<what>.json")
    options = parser.parse_args()
    options.count = options.count or {"rates": 24, "same": 60}[options.what]
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        folder = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        os.environ["CIFAR10_DIR"] = str(generate(Course.load("dropout", ROOT), folder / "images"))
        (folder / "course").mkdir()
        found = {"rates": rates, "same": same}[options.what](folder / "course", options)
    write_json(
        options.json or Path(f"build/classroom-{options.what}.json"),
        {"machine": machine(), "submissions": options.count, "results": found},
    )
    return found.get("different", 0)


if __name__ == "__main__":
    sys.exit(main())
