"""release/ and solutions/ are what nbgrader makes of source/ today, and give nothing away."""

import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

from autograder.demo.answering import reference_answers

pytestmark = pytest.mark.thorough

PRIVATE = ("BEGIN SOLUTION", "END SOLUTION", "MARK SCHEME", "HIDDEN TESTS")
ASSIGNMENTS = sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The folder in which release/ and solutions/ have been made anew, solutions without outputs."""
    folder = tmp_path_factory.mktemp("published")
    command = [sys.executable, ROOT / "tools/publish.py", "release", "solutions", "--to", folder]
    subprocess.run([*command, "--unexecuted"], check=True, capture_output=True)
    return folder


def files(folder):
    """Return the content of every file of a folder, Python's caches aside."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    return [(cell.id, cell.cell_type, cell.source, cell.metadata.get("nbgrader")) for cell in cells]


def test_the_release_is_fresh(fresh):
    assert files(ROOT / "release") == files(fresh / "release")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solutions_are_fresh(fresh, assignment):
    name = f"{assignment}/{assignment}.ipynb"
    assert without_outputs(ROOT / "solutions" / name) == without_outputs(fresh / "solutions" / name)


def test_the_solutions_files_are_fresh(fresh):
    kept, made = (
        {name: content for name, content in files(folder).items() if not name.endswith(".ipynb")}
        for folder in (ROOT / "solutions", fresh / "solutions")
    )
    assert kept == made


@pytest.mark.parametrize("kind", ["release", "solutions"])
@pytest.mark.parametrize("word", PRIVATE)
def test_nothing_private_is_published(kind, word):
    assert not [name for name, content in files(ROOT / kind).items() if word.encode() in content]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_line_of_an_answer_is_released(assignment):
    answers = reference_answers(ROOT / f"source/{assignment}/{assignment}.ipynb")
    stubs = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(ROOT / f"release/{assignment}/{assignment}.ipynb", as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for name, answer in answers.items():
        given = {line.strip() for line in stubs[name].splitlines()}
        written = {line.strip() for line in answer.splitlines()} - given - {"", ")", "]", "}"}
        assert written, name
        released = b"\n".join(files(ROOT / "release" / assignment).values()).decode()
        assert not [line for line in written if len(line) > 30 and line in released], name


def test_the_released_notebook_has_no_outputs():
    for path in (ROOT / "release").rglob("*.ipynb"):
        assert not any(cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solutions_were_run(assignment):
    cells = nbformat.read(ROOT / f"solutions/{assignment}/{assignment}.ipynb", as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
