"""Each misconception's cell to paste shows the mistake in every answer that has it, and none in a right answer.

Such a cell prints lines `<what>: expected <figure>, yours <figure>`, with "about", "above" or "below" before the
expected figure where that is meant. What else is printed, by a talkative answer for instance, is passed over.
"""

import ast
import builtins
import re
from contextlib import redirect_stdout
from functools import cache
from io import StringIO

import nbformat
import numpy as np
import pytest
from answers import ROOT, Answer, InProcessRun, run_cell

from autograder.checks.dropout.misconceptions import CATALOGUE as DROPOUT
from autograder.checks.layernorm.misconceptions import CATALOGUE as LAYERNORM
from autograder.demo.answering import reference_answers
from autograder.grading.draws import Draws

pytestmark = pytest.mark.thorough

CATALOGUES = {"dropout": DROPOUT, "layernorm": LAYERNORM}
FOLDERS = {"dropout": "submissions", "layernorm": "submissions_layernorm"}
ENTRIES = [(assignment, name) for assignment, catalogue in CATALOGUES.items() for name in catalogue]
ANSWERS = [
    (assignment, Answer(path))
    for assignment, folder in FOLDERS.items()
    for path in sorted((ROOT / "tests" / folder).glob("*/*.py"))
]
RIGHT = [(assignment, answer) for assignment, answer in ANSWERS if answer.passes and not answer.trains]
WRONG = [
    (assignment, answer, name)
    for assignment, answer in ANSWERS
    for name in sorted({name for name in answer.fails.values() if name})
]
SEEDS = (7919, 1, 2)

LINE = re.compile(r"^(.+): expected (about |above |below |)(.+), yours (.+)$", re.MULTILINE)
NUMBER = re.compile(r"(?<!\w)[-+]?\d+\.?\d*(?:e[-+]?\d+)?")
# "about" is said of the mean of 10,000 decisions or more, each worth 1, or of 40,000 worth 2 (the mean of outputs at
# p = 0.5). By Hoeffding's inequality such a mean strays by 0.05 with probability below 2 exp(-2 * 10000 * 0.05**2)
# = 4e-22. Figures that are exact for a right answer have other chances to deceive. The largest are: five rows by
# seven of which all are dropped at p = 0.5, 2**-35 = 3e-11; ten counts of 1,000 fair coins that are all the same,
# 0.0253**9 = 4e-15; a row or column of 50 fair coins that agree, 20 * 2**-49 = 4e-14; no unit among 100 of a kind
# that a quarter is of, 0.75**100 = 3e-13. All are far below 1e-6.
ABOUT = 0.05


def agrees(how, expected, yours):
    """Tell whether a student's figure is the expected one."""
    match how.strip():
        case "about":
            return abs(float(yours) - float(expected)) < ABOUT
        case "above":
            return float(yours) > float(expected)
        case "below":
            return float(yours) < float(expected)
    words = [NUMBER.sub("", text).split() for text in (expected, yours)]
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (expected, yours)]
    alike = words[0] == words[1] and len(numbers[0]) == len(numbers[1])
    return alike and np.allclose(*numbers, rtol=1e-3, atol=1e-3)  # printed with three decimals or more


@cache
def lesson(assignment):
    """Return the cells of the lesson."""
    return nbformat.read(ROOT / "source" / assignment / f"{assignment}.ipynb", as_version=4).cells


def definitions(assignment, given=True):
    """Yield the lesson's imports, functions and classes, those of the exercises too unless `given`."""
    for cell in lesson(assignment):
        if cell.cell_type == "code" and not (given and cell.metadata.get("nbgrader", {}).get("solution")):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                    yield node


@cache
def given_functions(assignment):
    """Return the source of the functions that the lesson gives."""
    return "\n".join(ast.unparse(n) for n in definitions(assignment) if isinstance(n, ast.FunctionDef))


@cache
def reference(assignment):
    """Return the reference's answers by grade_id, but for the one that trains."""
    found = reference_answers(ROOT / "source" / assignment / f"{assignment}.ipynb")
    return {name: source for name, source in found.items() if name != "train"}


def notebook(assignment, answer, seed):
    """Return the namespace of a notebook with these answers, and the reference's where there is none."""
    namespace = InProcessRun(reference(assignment) | answer.cells, Draws(seed)).namespace
    run_cell("given", given_functions(assignment), namespace)
    return namespace


def shown(cell, namespace):
    """Run a cell; return [(what, whether the figures agree)] and the error that ended it, None if there was none."""
    namespace.pop("_last_error", None)
    with redirect_stdout(StringIO()) as printed:
        run_cell("try", cell, namespace)
    lines = LINE.findall(printed.getvalue())
    return [(what, agrees(*figures)) for what, *figures in lines], namespace.get("_last_error")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("assignment", "answer"), RIGHT, ids=lambda value: getattr(value, "id", value))
def test_no_counterexample_shows_a_fault_in_a_right_answer(assignment, answer, seed):
    namespace = notebook(assignment, answer, seed)
    for name, mistake in CATALOGUES[assignment].items():
        lines, error = shown(mistake.counterexample, namespace)
        assert error is None, (name, error)
        assert lines, name
        assert all(agree for _, agree in lines), (name, lines)


@pytest.mark.parametrize(
    ("assignment", "answer", "name"), WRONG, ids=lambda value: getattr(value, "id", value)
)
def test_a_counterexample_shows_the_fault(assignment, answer, name):
    lines, error = shown(CATALOGUES[assignment][name].counterexample, notebook(assignment, answer, SEEDS[0]))
    assert not all(agree for _, agree in lines), (lines, error)


@pytest.mark.parametrize("assignment", CATALOGUES)
def test_every_misconception_has_a_wrong_answer(assignment):
    assert {name for other, _, name in WRONG if other == assignment} == set(CATALOGUES[assignment])


@pytest.mark.parametrize(("assignment", "name"), ENTRIES)
def test_a_counterexample_uses_names_of_the_notebook_alone(assignment, name):
    nodes = list(ast.walk(ast.parse(CATALOGUES[assignment][name].counterexample)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.name for node in nodes if isinstance(node, ast.ExceptHandler)}
    known = own | set(dir(builtins))
    for node in definitions(assignment, given=False):
        imported = [alias.asname or alias.name for alias in getattr(node, "names", ())]
        known |= set(imported or [node.name])
    assert {node.id for node in names} <= known


def headings(assignment):
    """Return {heading: section} of the lesson, hints included, and {cell: section} of the exercises.

    A section is a second heading; the points that it names are no part of it.
    """
    found, cells, section = {}, {}, None
    for cell in lesson(assignment):
        for level, heading, hint in re.findall(
            r"^(#+) (.+)|<summary>(.+)</summary>", cell.source, re.MULTILINE
        ):
            heading = re.sub(r" \([^()]* points\)$", "", heading)
            section = heading if level == "##" else section
            found[heading or hint] = section
        if "nbgrader" in cell.metadata:
            cells[cell.metadata.nbgrader.grade_id] = section
    return found, cells


@pytest.mark.parametrize(("assignment", "name"), ENTRIES)
def test_read_is_a_heading_of_the_exercise_at_hand_or_of_an_introduction(assignment, name):
    found, cells = headings(assignment)
    section = found[CATALOGUES[assignment][name].read]
    at_hand = {
        cells[cell]
        for other, answer in ANSWERS
        for (cell, _), misconception in answer.fails.items()
        if (other, misconception) == (assignment, name)
    }
    assert section in at_hand or section not in cells.values()


@pytest.mark.parametrize(("assignment", "name"), ENTRIES)
def test_says_is_one_sentence(assignment, name):
    says = CATALOGUES[assignment][name].says
    assert says.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", says)
