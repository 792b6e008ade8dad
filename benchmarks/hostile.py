"""Run the attacks in tests/hostile on nbgrader's stock `autograde` and on this grader.

    python benchmarks/hostile.py [ATTACK ...]

Every attack answers one exercise with a function that returns its input, which deserves none of 15 points.
The stock pipeline grades it with a hidden test of three assertions. Some attacks would kill more than the
grading, so the stock pipeline runs in a process namespace, with a read-only file system, a small scratch
folder and limits; without these, an attack could do more than the table shows. Columns, for both graders:

    points    out of 15, or "ungraded"
    leaked    which planted canaries appear in the graded notebook
    changed   whether a file of the course has changed: another submission, the sources
    left      processes still running after the grading
"""

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from attacks import ATTACKS, IMPORTS, Listener, Town, notebook  # noqa: E402

from autograder.course import Course  # noqa: E402
from autograder.grading.grade import grade_submission  # noqa: E402
from autograder.grading.options import GradingOptions  # noqa: E402
from autograder.submission.submission import Submission  # noqa: E402

ENOUGH = 90  # seconds for one attack on the stock pipeline, which needs five for an ordinary answer
HIDDEN = """\
### BEGIN HIDDEN TESTS
# {canary}
x = np.ones((500, 500)) + 9
out, _ = dropout_forward(x, {{"mode": "train", "p": 0.3, "seed": 7}})
assert abs((out == 0).mean() - 0.7) < 0.02
assert np.allclose(out[out != 0], 10 / 0.3)
assert out.shape == x.shape
### END HIDDEN TESTS"""
STUB = """\
### BEGIN SOLUTION
# {canary}
def dropout_forward(x, dropout_param):
    return x, None
### END SOLUTION"""
POINTS = """
select coalesce(grade.manual_score, grade.auto_score) from grade
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join student on submitted_assignment.student_id = student.id where student.id = 'mallory'
"""
METADATA = {"schema_version": 3, "locked": False, "task": False}


def stock_course(folder):
    """Make and release a course that stock nbgrader grades, with canaries and a second submission."""
    town = Town(folder)
    solution = {**METADATA, "grade": False, "solution": True, "grade_id": "dropout_forward"}
    test = {
        **METADATA,
        "grade": True,
        "solution": False,
        "grade_id": "test_dropout_forward",
        "points": 15,
        "locked": True,
    }
    cells = [
        new_code_cell(IMPORTS.split("\n")[0]),
        new_code_cell(STUB.format(canary=town.canary("solution")), metadata={"nbgrader": solution}),
        new_code_cell(HIDDEN.format(canary=town.canary("hidden test")), metadata={"nbgrader": test}),
    ]
    source = folder / "source/dropout/dropout.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), source)
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
    nbgrader(folder, "generate_assignment", "dropout", "--create")
    neighbour = folder / "submitted/bob/dropout/dropout.ipynb"
    neighbour.parent.mkdir(parents=True)
    shutil.copy(folder / "release/dropout/dropout.ipynb", neighbour)
    neighbour.write_text(
        neighbour.read_text().replace("import", f"# {town.canary('another submission')}\\nimport", 1)
    )
    return town


def nbgrader(folder, *arguments, prefix=(), patience=None):
    variables = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
    }
    command = [*prefix, sys.executable, "-m", "nbgrader", *arguments]
    try:
        return subprocess.run(command, cwd=folder, env=variables, capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return None


def fence(folder):
    """Return a command prefix that confines a stock grading to a folder and a few limits."""
    return [
        *"bwrap --unshare-pid --unshare-ipc --die-with-parent --ro-bind / / --dev /dev --proc /proc".split(),
        *"--size 268435456 --tmpfs /tmp --size 16777216 --tmpfs /dev/shm".split(),
        *("--bind", str(folder), str(folder), "--ro-bind", "/proc/sys", "/proc/sys", "--chdir", str(folder)),
        *("prlimit", f"--as={3 * 2**30}", "--nproc=2000", f"--fsize={2**28}", "--core=0"),
        *("sh", "-c", COUNT, "count"),
    ]


# Runs the grading, waits a second, and counts the processes that are still running
COUNT = '"$@" >/dev/null 2>&1; code=$?; sleep 1; set -- /proc/[0-9]*; echo $(($# - 2)) >left; exit $code'


def attack_stock(attack, folder, listener, stock):
    """Grade an attack with the stock pipeline, in a copy of its course; return the table's columns."""
    shutil.copytree(stock.root, folder, dirs_exist_ok=True)
    town = Town(folder, stock.canaries)
    path = folder / "submitted/mallory/dropout/dropout.ipynb"
    path.parent.mkdir(parents=True)
    book = nbformat.read(folder / "release/dropout/dropout.ipynb", as_version=4)
    book.cells[1].source = town.brief(attack.answers, listener)["dropout_forward"]
    nbformat.write(book, path)
    kept = [folder / "submitted/bob", folder / "source", folder / "release"]
    before = [Town(place).fingerprint() for place in kept]
    start = time.monotonic()
    done = nbgrader(
        folder, *"autograde dropout --student mallory --create".split(), prefix=fence(folder), patience=ENOUGH
    )
    return {
        "points": points(folder),
        "leaked": leaked(town, folder / "autograded/mallory/dropout/dropout.ipynb"),
        "changed": [Town(place).fingerprint() for place in kept] != before,
        "left": "hung" if done is None else left_behind(folder / "left"),
        "seconds": time.monotonic() - start,
    }


def left_behind(count):
    """Return how many processes still run; the file is missing if the attack killed the whole batch."""
    return count.read_text().strip() if count.exists() else "batch killed"


def points(folder):
    if not (folder / "autograded/mallory/dropout/dropout.ipynb").exists():
        return "ungraded"
    try:
        with sqlite3.connect(folder / "gradebook.db") as book:
            rows = book.execute(POINTS).fetchall()
    except sqlite3.Error:
        return "gradebook lost"
    return f"{rows[0][0]:g}" if rows and rows[0][0] is not None else "ungraded"


def leaked(town, path):
    cells = json.loads(path.read_text(errors="replace"))["cells"] if path.exists() else []
    outputs = json.dumps([cell.get("outputs") for cell in cells])
    return sorted(place for place, canary in town.canaries.items() if canary in outputs)


def attack_ours(attack, folder, listener, stock):
    """Grade the same attack with this grader, in a course of its own; return the table's columns."""
    town = Town.build(folder)
    course, before = Course.load("dropout", folder), town.fingerprint()
    path = folder / "mallory.ipynb"
    nbformat.write(notebook(town.brief(attack.answers, listener)), path)
    submission = Submission.receive(path, course)
    path.unlink()
    start = time.monotonic()
    result = grade_submission(submission, GradingOptions(course, only=("test_dropout_forward",)))
    text = json.dumps([result.to_json(), submission.notebook])
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    return {
        "points": "ungraded" if result.score is None else f"{result.score:g}",
        "leaked": sorted({*re.findall(r"CANARY-\w+", text)}),
        "changed": town.fingerprint() != before,
        "left": str(running.count(f"{tempfile.gettempdir()}/ag-")),
        "seconds": time.monotonic() - start,
    }


def shown(outcome):
    leaked = ", ".join(outcome["leaked"]) or "-"
    changed = "yes" if outcome["changed"] else "-"
    return [outcome["points"], leaked, changed, outcome["left"], f"{outcome['seconds']:.0f} s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help="only these attacks")
    parser.add_argument("--json", type=Path, help="also write the outcomes here")
    options = parser.parse_args()
    tempfile.tempdir = tempfile.mkdtemp(prefix="h-", dir="/tmp")  # to recognise our own processes
    listener, outcomes = Listener(), {}
    stock = stock_course(Path(tempfile.mkdtemp(prefix="stock-")))
    chosen = [attack for attack in ATTACKS if not options.attacks or attack.name in options.attacks]
    columns = ("points", "leaked", "changed", "left", "time")
    table = Table(*("attack", "rule", *(f"stock: {c}" for c in columns), *(f"ours: {c}" for c in columns)))
    for attack in tqdm(chosen, disable=None):
        row = {}
        for name, run in (("stock", attack_stock), ("ours", attack_ours)):
            folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
            row[name] = run(attack, folder, listener, stock)
            subprocess.run(["rm", "-rf", str(folder)])  # some are nested too deep for shutil.rmtree
        outcomes[attack.name] = row
        table.add_row(attack.name, attack.rule, *shown(row["stock"]), *shown(row["ours"]))
        if options.json:
            options.json.write_text(json.dumps(outcomes, indent=2))
    shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
