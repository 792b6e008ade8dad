"""Every file in tests/submissions gets its verdict through `autograder grade`, in the real sandbox."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from answers import FUNCTION_CELLS, answers
from conftest import ROOT

from autograder.demo.answering import answered

FUNCTIONS = answers()
TRAININGS = answers(trains=True)
ACCURACY = ("test_accuracy",)


def grade(folder, images, notebooks, only):
    """Run the command once on all notebooks and return their records."""
    options = [option for cell in only for option in ("--only", cell)]
    command = [sys.executable, "-m", "autograder", "grade", *map(str, notebooks), "--jobs", "2", *options]
    variables = {**os.environ, "CIFAR10_DIR": str(images), "XDG_CACHE_HOME": str(folder / "cache")}
    report = folder / f"{only[0]}.json"
    done = subprocess.run(
        [*command, "--json", report], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(report.read_text())


@pytest.fixture(scope="module")
def records(tmp_path_factory, generated, released, reference):
    """What the command says of each file, by its id."""
    folder = tmp_path_factory.mktemp("submissions")
    images = generated.folder.parents[3] / "generated"
    found = {}
    for group, only, chosen in (
        (FUNCTIONS, FUNCTION_CELLS, without_figures),
        (TRAININGS, ACCURACY, list),
    ):
        template = nbformat.from_dict(released)
        template.cells = chosen(template.cells)
        paths = [folder / f"{answer.id.replace('/', '_')}.ipynb" for answer in group]
        for path, answer in zip(paths, group, strict=True):
            nbformat.write(answered(template, reference | answer.cells), path)
        for answer, record in zip(group, grade(folder, images, paths, only), strict=True):
            found[answer.id] = record
    return found


def without_figures(cells):
    """Return what answers need, imports and answers; figures and tables only take time here."""
    kept = []
    for cell in cells:
        imports = cell.source.startswith(("import", "from"))
        if imports:
            cell.source = cell.source.replace("import matplotlib.pyplot as plt\n", "")
        if imports or "nbgrader" in cell.metadata or cell.cell_type == "markdown":
            kept.append(cell)
    return kept


@pytest.mark.parametrize("answer", FUNCTIONS + TRAININGS, ids=lambda answer: answer.id)
def test_verdict(records, answer):
    record = records[answer.id]
    assert record["status"] == "graded", record["output"]
    failed = {
        (test["name"], check["id"]): check["misconception"]
        for test in record["tests"]
        for check in test["extra_data"]["checks"]
        if check["status"] != "passed"
    }
    assert failed == answer.fails
