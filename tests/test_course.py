"""What the grader reads of a course."""

import pickle
import shutil

import pytest
from conftest import ROOT

from autograder.checks.registry import gradable_assignments
from autograder.course import Course, find_root
from autograder.errors import ConfigError
from autograder.grading.provenance import checks_digest


@pytest.fixture
def copy(tmp_path):
    """A course's folder that a test may break."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "source", tmp_path / "source")
    return tmp_path


def test_the_graded_cells_and_their_points(course):
    assert {cell.grade_id: cell.points for cell in course.tests} == {
        "test_dropout_forward": 15,
        "test_dropout_backward": 15,
        "test_fc_net_forward": 15,
        "test_fc_net_backward": 15,
        "test_accuracy": 30,
    }


def test_no_answer_stands_in_a_course(course):
    assert all(cell.source == "" for cell in course.cells if cell.role in ("solution", "written"))


def test_the_assignments_files_come_along(course):
    names = {name for name, _ in course.files}
    assert {"nndl/fc_net.py", "utils/solver.py"} <= names
    assert not any(name.endswith((".ipynb", ".pyc")) for name in names)


def test_a_course_can_be_shipped(course):
    assert pickle.loads(pickle.dumps(course)) == course


def test_the_nearest_config_is_the_courses_root():
    assert find_root(ROOT / "source" / "dropout") == ROOT


def test_assignments_are_those_with_checks():
    assert "dropout" in gradable_assignments(ROOT)


def test_a_folder_without_a_course_is_named(tmp_path):
    with pytest.raises(ConfigError, match=f"no nbgrader_config.py in {tmp_path}"):
        find_root(tmp_path)


def test_an_unknown_assignment_is_named_with_those_there_are(copy):
    with pytest.raises(ConfigError, match="no assignment 'droput'.*it has: .*dropout"):
        Course.load("droput", copy)


def test_an_unknown_cell_is_named_with_those_there_are(course):
    with pytest.raises(ConfigError, match="no graded test cell 'test_dropout'.*test_dropout_forward"):
        course.select(("test_dropout",))


def test_limits_are_settings(copy):
    with open(copy / "nbgrader_config.py", "a") as config:
        config.write("c.Limits.call = 3\n")
    assert Course.load("dropout", copy).limits.call == 3


def test_an_unknown_limit_is_named(copy):
    with open(copy / "nbgrader_config.py", "a") as config:
        config.write("c.Limits.memry = 3\n")
    with pytest.raises(ConfigError, match="no setting memry.*memory"):
        Course.load("dropout", copy)


def test_a_config_that_fails_is_named(copy):
    (copy / "nbgrader_config.py").write_text("1 / 0\n")
    with pytest.raises(ConfigError, match="stopped with ZeroDivisionError"):
        Course.load("dropout", copy)


def test_the_digest_of_the_checks_changes_with_the_course(copy):
    before = checks_digest(Course.load("dropout", copy))
    with open(copy / "source/dropout/nndl/layers.py", "a") as file:
        file.write("# changed\n")
    assert checks_digest(Course.load("dropout", copy)) != before
