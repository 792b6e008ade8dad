"""Answers in tests/submissions, and their verdicts without a kernel or a sandbox.

A file there replaces some of the reference's cells, each under a line `# cell: <grade_id>`. Its docstring
says what is wrong with it, or right, and then one of

    passes: all
    fails: <test cell>::<check> [= <misconception>]

with a line for each check that must fail; no other may.
"""

import ast
import gc
import json
import linecache
import re
import tempfile
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np

from autograder.checks.registry import checks_folder, load_assignment
from autograder.demo.answering import answered, parse_answers, reference_answers
from autograder.grading.collector import ResultCollector, run_checks
from autograder.grading.context import GradingContext
from autograder.grading.draws import Draws
from autograder.kernel.agent import Agent
from autograder.kernel.student import Student

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "source/dropout/dropout.ipynb"
RELEASED = ROOT / "release/dropout/dropout.ipynb"
SUBMISSIONS = ROOT / "tests/submissions"
FUNCTION_CELLS = (
    "test_dropout_forward",
    "test_dropout_backward",
    "test_fc_net_forward",
    "test_fc_net_backward",
)


@dataclass(frozen=True)
class Answer:
    """One file of tests/submissions."""

    path: Path

    @property
    def id(self):
        return f"{self.path.parent.name}/{self.path.stem}"

    @cached_property
    def cells(self):
        """The source of each cell that it replaces, by grade_id."""
        return parse_answers(self.path.read_text())

    @cached_property
    def _header(self):
        return ast.get_docstring(ast.parse(self.path.read_text().split("# cell:")[0])) or ""

    @property
    def passes(self):
        return "passes: all" in self._header.splitlines()

    @property
    def fails(self):
        """What must fail: {(cell, check): misconception or None}."""
        lines = re.findall(r"^fails: (\w+)::(\w+)(?: = (\w+))?$", self._header, flags=re.MULTILINE)
        return {(cell, check): name or None for cell, check, name in lines}

    @property
    def trains(self):
        return "train" in self.cells

    def notebook(self):
        """Return the released notebook with these answers, and the reference's where there is none."""
        return answered(nbformat.read(RELEASED, as_version=4), reference() | self.cells)


def answers(trains=False):
    """Return all files, those that train a model or those that do not."""
    found = [Answer(path) for path in sorted(SUBMISSIONS.glob("*/*.py"))]
    return [answer for answer in found if answer.trains == trains]


class QuietChannel:
    """A channel to an agent in this process; the student's warnings are the student's own business."""

    def __init__(self, namespace):
        self.agent = Agent(namespace)

    def request(self, content, buffers):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reply, out = self.agent.answer(json.loads(json.dumps(content)), buffers)
        return json.loads(json.dumps(reply)), out


class InProcessRun:
    """A notebook whose solution cells are run in this process, in place of a `NotebookRun`.

    Parameters
    ----------
    cells : dict of str to str
        The source of each solution cell, in order.
    """

    def __init__(self, cells, draws, names=None):
        np.random.seed(draws.kernel_seed("notebook"))
        self.namespace = dict(notebook_namespace()) | (names or {})
        for name, source in cells.items():
            run_cell(name, source, self.namespace)
        self._student = Student(QuietChannel(self.namespace), "\n".join(cells.values()))

    def student_at(self, cell):
        return self._student


def run_cell(name, source, namespace):
    """Run one cell as a notebook does: an error in it ends it, and the next cell runs all the same."""
    linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(keepends=True), f"<{name}>")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, f"<{name}>", "exec"), namespace)
        except Exception as error:
            namespace["_last_error"] = error


@cache
def reference():
    """Return the reference answers, by grade_id."""
    gc.freeze()  # pytest collects garbage after every run of the checks: spare it what is here to stay
    return reference_answers(SOURCE)


@cache
def notebook_namespace():
    """Return the names that the notebook has imported before its first exercise."""
    cells = nbformat.read(SOURCE, as_version=4).cells
    source = next(c.source for c in cells if c.cell_type == "code" and "FullyConnectedNetBase" in c.source)
    names = [line for line in source.splitlines() if "matplotlib" not in line and "IPython" not in line]
    namespace = {}
    exec(compile("\n".join(names), "<set-up>", "exec"), namespace)
    return namespace


def run_checks_on(assignment, cells, only, seed=7919, exam=None, names=None, data=None, start_again=None):
    """Run an assignment's checks on cells in this process; return (verdicts by test cell, the context).

    Raises
    ------
    AssertionError
        If the checks themselves had a fault.
    """
    collector, draws = ResultCollector(), Draws(seed)
    run = InProcessRun(cells, draws, names)
    data = data or (exam and SimpleNamespace(exam=exam))
    context = GradingContext(run, collector, load_assignment(assignment), data, draws, start_again)
    run_checks([checks_folder(assignment) / f"{cell}.py" for cell in only], context, collector)
    assert not collector.faults, collector.faults
    return collector.verdicts, context


def judge(cells, only=FUNCTION_CELLS, **settings):
    """Judge cells in place of the reference's, with `run_checks_on`."""
    given = reference() | cells
    given = {name: source for name, source in given.items() if name != "train" or "train" in cells}
    return run_checks_on("dropout", given, only, **settings)


def judge_training(cells, seed=7919):
    """Judge a cell that trains a model, on small images; return (verdicts by test cell, the context)."""
    rng = np.random.default_rng(seed)
    arrays = dict(zip(("X_train", "y_train"), small_images(rng, 1000), strict=True))
    arrays |= dict(zip(("X_val", "y_val"), small_images(rng, 200), strict=True))
    X_held_out, y_held_out = small_images(rng, 500)
    exam = SimpleNamespace(
        X_val=arrays["X_val"], y_val=arrays["y_val"], X_held_out=X_held_out, y_held_out=y_held_out
    )

    def start_again(exchanged):
        shown = {path.stem: np.load(path) for path in exchanged.visible.iterdir()}
        return nullcontext(InProcessRun(reference() | cells, Draws(seed), {"data": shown}))

    with tempfile.TemporaryDirectory() as folder:
        visible = Path(folder) / "visible"
        visible.mkdir()
        for name, array in arrays.items():
            np.save(visible / f"{name}.npy", array)
        data = SimpleNamespace(exam=exam, folder=folder, visible=visible, name="small images", variable="")
        settings = {"data": data, "names": {"data": arrays}, "start_again": start_again}
        return judge(cells, only=("test_accuracy",), seed=seed, **settings)


def failures(verdicts):
    """Return {(cell, check): misconception} for the checks that failed."""
    return {
        (cell, check.id): check.misconception
        for cell, checks in verdicts.items()
        for check in checks
        if check.status == "failed"
    }


def points(verdicts, cell, of=15):
    """Return the points of a cell."""
    checks = verdicts[cell]
    return of * sum(c.weight for c in checks if c.status == "passed") / sum(c.weight for c in checks)


def small_images(rng, N):
    """Draw images of ten classes that a small network tells apart after one epoch."""
    y = rng.integers(10, size=N)
    centres = np.random.default_rng(10).normal(size=(10, 3, 32, 32))  # the same for every part of the data
    return (20 * (centres[y] + rng.normal(size=(N, 3, 32, 32)))).astype(np.float32), y
