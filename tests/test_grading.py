"""One submission graded: cells run in a real sandbox, checks outside it, a Result."""

import dataclasses
import json

import pytest

from autograder.checks import registry
from autograder.course import Course
from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions
from autograder.grading.provenance import checks_digest
from autograder.results import Result

pytestmark = [pytest.mark.kernel, pytest.mark.independent]

FORWARD = ("test_dropout_forward",)
LAYERS = ("test_dropout_forward", "test_dropout_backward")
FAST = {"train": "model = solver = None"}
RIGHT = """
def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]
    return (x * mask, mask) if dropout_param["mode"] == "train" else (x, None)
"""


@pytest.fixture(scope="session")
def quick(course) -> Course:
    """The course with limits that a test can wait for."""
    return dataclasses.replace(course, limits=dataclasses.replace(course.limits, call=1, cell=10, threads=1))


@pytest.fixture
def graded(hand_in, quick):
    """Return a function that grades the reference's answers with some replaced."""

    def run(only=FORWARD, data=None, **answers):
        return grade(hand_in(**answers), GradingOptions(quick, data, only))

    return run


def test_the_reference_has_every_point_of_the_layers(graded):
    result = graded(LAYERS)
    assert (result.status, result.score, result.max_score) == ("graded", 30, 30)


def test_an_unanswered_exercise_says_so(graded, released):
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in released.cells}
    result = graded(dropout_forward=cells["dropout_forward"])
    assert result.score == 0
    assert "not answered yet" in result.cell("test_dropout_forward").output


def test_the_same_seed_gives_the_same_result(graded):
    first, second = (graded().to_json() for _ in range(2))
    for result in (first, second):
        del result["execution_time"]
    assert json.dumps(first) == json.dumps(second)


def test_a_loop_in_a_function_costs_its_own_points_alone(graded):
    result = graded(LAYERS, dropout_backward="def dropout_backward(dout, cache):\n    while True: pass")
    assert result.cell("test_dropout_forward").score == 15
    assert result.cell("test_dropout_backward").score == 0
    assert "is not called again" in result.cell("test_dropout_backward").output


def test_a_function_that_exits_costs_its_own_points_alone(graded):
    result = graded(LAYERS, dropout_backward="import os\ndef dropout_backward(dout, cache):\n    os._exit(0)")
    assert result.cell("test_dropout_forward").score == 15
    assert result.cell("test_dropout_backward").score == 0


def test_a_cell_that_kills_the_kernel_is_left_out(graded):
    result = graded(LAYERS, dropout_backward="import os\nos._exit(0)")
    assert result.cell("test_dropout_forward").score == 15
    assert "dropout_backward: the kernel died with exit code 0" in result.output


def test_a_syntax_error_is_reported_where_it_is(graded):
    result = graded(dropout_forward="def dropout_forward(x, dropout_param:\n    return")
    assert result.score == 0
    assert "dropout_forward: the cell stopped with an error" in result.output


def test_the_students_own_line_is_quoted(graded):
    source = "def dropout_forward(x, dropout_param):\n    return x * maks, None"
    output = graded(dropout_forward=source).cell("test_dropout_forward").output
    assert "NameError (maks has no value there) at your line `return x * maks, None`" in output


def test_noise_on_both_streams_costs_nothing(graded):
    noise = '\nimport sys\nsys.stderr.write("warning\\n")\nprint(15.0)\n'
    assert graded(dropout_forward=RIGHT + noise).score == 15


def test_changing_the_input_is_advice(graded):
    result = graded(dropout_forward=RIGHT.replace("x * mask, mask", "np.multiply(x, mask, out=x), mask"))
    assert result.score == 15
    assert "dropout_forward changes an array it is given" in result.output


def test_a_file_that_is_no_notebook_is_unusable(tmp_path, quick):
    (tmp_path / "dropout.ipynb").write_text("{}")
    result = grade(tmp_path / "dropout.ipynb", GradingOptions(quick))
    assert (result.status, result.score, result.max_score) == ("unusable", 0, 90)
    assert all(cell.output == result.output for cell in result.tests)


def test_a_fault_of_the_checks_is_no_zero(hand_in, quick, monkeypatch, tmp_path):
    checks = tmp_path / "checks" / "dropout"
    checks.mkdir(parents=True)
    (checks / "test_dropout_forward.py").write_text('def test_it():\n    """About."""\n    assert 1 == 2\n')
    monkeypatch.setattr(registry, "FOLDER", checks.parent)
    monkeypatch.setattr(registry, "FOLDER", checks.parent)
    result = grade(hand_in(), GradingOptions(quick, only=FORWARD))
    assert (result.status, result.score, result.tests) == ("internal_error", None, ())
    assert "test_dropout_forward::it: AssertionError" in result.output


def test_missing_images_are_our_fault(hand_in, quick):
    result = grade(hand_in(**FAST), GradingOptions(quick, None, ("test_accuracy",)))
    assert result.status == "internal_error"
    assert "run `autograder data`" in result.output


def test_a_result_says_what_it_follows_from(graded, quick):
    provenance = graded().extra_data["provenance"]
    assert provenance["checks_sha256"] == checks_digest(quick)
    assert provenance["seed"] == 7919
    assert provenance["sandbox"] == "bubblewrap"


def test_only_runs_no_cell_that_serves_another(hand_in, quick, generated):
    path = hand_in(train="model = solver = open('trained', 'w')", fc_net="1 / 0")
    assert "train" not in grade(path, GradingOptions(quick, generated, FORWARD)).output


def test_a_whole_submission_on_generated_images(hand_in, quick, generated):
    result = grade(hand_in(), GradingOptions(quick, generated))
    assert (result.score, result.max_score) == (90, 90)
    accuracy = result.extra_data["accuracy"]
    assert accuracy["validation"] > 0.55
    assert accuracy["score"] == 1


def test_an_untrained_model_has_no_points_for_accuracy(hand_in, quick, generated):
    result = grade(hand_in(parts=["not_trained"]), GradingOptions(quick, generated))
    assert (result.score, result.max_score) == (60, 90)


@pytest.mark.cifar
def test_the_reference_on_cifar10(hand_in, course, cifar):
    result = grade(hand_in(), GradingOptions(course, cifar))
    assert (result.score, result.max_score) == (90, 90)
    assert result.extra_data["accuracy"]["validation"] > 0.55


@pytest.mark.cifar
def test_an_untrained_model_on_cifar10(hand_in, course, cifar):
    result = grade(hand_in(parts=["not_trained"]), GradingOptions(course, cifar))
    assert (result.score, result.max_score) == (60, 90)


def test_a_result_survives_json(graded):
    result = graded()
    again = Result.from_json(json.loads(json.dumps(result.to_json())))
    assert again.tests == result.tests
