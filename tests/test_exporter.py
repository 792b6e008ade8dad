"""How nbgrader reads a submitted notebook: twice, the second time with what was read the first time."""

import hashlib
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.exporter import GRADED, SUBMISSION, SubmissionExporter
from autograder.grading.batch import Graded
from autograder.results import Result

NAMES = {"student": "ann", "assignment": "dropout"}


@pytest.fixture
def converter(tmp_path):
    """nbgrader's converter for a course with one submission, and a picture and a module beside it."""
    folder = tmp_path / "submitted/ann/dropout"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "release/dropout/dropout.ipynb", folder)
    (folder / "plot.png").write_bytes(b"picture")
    (folder / "numpy.py").write_text("1 / 0")
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "source").symlink_to(ROOT / "source")
    return Autograde(coursedir=CourseDirectory(root=str(tmp_path)))


@pytest.fixture
def path(converter):
    """The path of the submitted notebook."""
    folders = converter.coursedir
    return Path(folders.format_path(folders.submitted_directory, "ann", "dropout"), "dropout.ipynb")


@pytest.fixture
def exporter(converter):
    return SubmissionExporter(parent=converter)


def convert_twice(exporter, path, tmp_path, **resources):
    """Convert as nbgrader does and return what the second conversion has: the notebook, and the resources."""
    text, _ = exporter.from_filename(str(path), {"nbgrader": NAMES, **resources})
    (tmp_path / "sanitised.ipynb").write_text(text)
    text, found = exporter.from_filename(str(tmp_path / "sanitised.ipynb"), {"nbgrader": NAMES, **resources})
    return nbformat.reads(text, as_version=4), found


def test_the_submission_is_handed_to_the_steps(exporter, path, tmp_path):
    content = path.read_bytes()
    _, resources = convert_twice(exporter, path, tmp_path)
    assert resources[SUBMISSION].sha256 == hashlib.sha256(content).hexdigest()


def test_the_notebook_has_no_trace_of_it(exporter, path, tmp_path):
    notebook, _ = convert_twice(exporter, path, tmp_path)
    assert set(notebook.metadata) == {"kernelspec"}


def test_a_file_that_is_not_a_notebook_is_converted_with_its_reason(exporter, path, tmp_path):
    path.write_text("{")
    notebook, resources = convert_twice(exporter, path, tmp_path)
    assert resources[SUBMISSION].fault == notebook.cells[0].source


def test_a_graded_notebook_takes_the_file_s_place(exporter, path, tmp_path):
    cells = [nbformat.v4.new_markdown_cell("graded", id="graded")]
    graded = Graded(Result("ann/dropout", "graded", 15.0), nbformat.v4.new_notebook(cells=cells))
    notebook, _ = convert_twice(exporter, path, tmp_path, **{GRADED: graded})
    assert [cell.source for cell in notebook.cells] == ["graded"]


def test_pictures_beside_it_are_the_only_files_written(exporter, path):
    _, resources = exporter.from_filename(str(path), {"nbgrader": NAMES})
    assert resources["outputs"] == {"plot.png": b"picture"}


def test_nbgrader_copies_no_files(exporter, converter):
    assert converter.coursedir.ignore == ["*"]
