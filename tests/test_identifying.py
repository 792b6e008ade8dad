"""Which assignment a submitted file answers."""

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import Course
from autograder.submission.identifying import identify

NAMES = ("dropout", "layernorm")


@pytest.fixture(scope="module")
def courses():
    return [Course.load(name, ROOT) for name in NAMES]


def written(folder, name, *grade_ids):
    """Write a notebook with a cell for each grade_id."""
    cells = [new_code_cell("", metadata={"nbgrader": {"grade_id": grade_id}}) for grade_id in grade_ids]
    nbformat.write(new_notebook(cells=cells), folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["my homework (1).ipynb", "layernorm.ipynb"])
def test_cells_decide_and_the_name_does_not(courses, tmp_path, name):
    assert identify(written(tmp_path, name, "dropout_forward"), courses).assignment == "dropout"


def test_most_cells_decide(courses, tmp_path):
    path = written(tmp_path, "x.ipynb", "dropout_forward", "layernorm_forward", "layernorm_backward")
    assert identify(path, courses).assignment == "layernorm"


def test_the_name_decides_if_no_cell_does(courses, tmp_path):
    assert identify(written(tmp_path, "layernorm.ipynb"), courses).assignment == "layernorm"


def test_a_corrupt_file_is_known_by_its_name(courses, tmp_path):
    (tmp_path / "dropout.ipynb").write_text("{")
    assert identify(tmp_path / "dropout.ipynb", courses).assignment == "dropout"


def test_another_notebook_is_none_of_them(courses, tmp_path):
    assert identify(written(tmp_path, "homework.ipynb", "softmax"), courses) is None
