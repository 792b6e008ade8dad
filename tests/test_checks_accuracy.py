"""The accuracy cell: counts, the second sitting, and the reasons why a model cannot be measured."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from answers import InProcessRun, judge

from autograder.checks.dropout.accuracy import read_model
from autograder.errors import CheckFailed, SubmissionError
from autograder.grading.draws import Draws

# Images of ten pixels of which one is lit, and a network that answers with the lit pixel's number
SOURCE = """
import numpy as np
class Net:
    params = {"W1": np.eye(10), "b1": np.zeros(10)}
model = Net()
class Claims:
    best_val_acc = 0.99
solver = Claims()
"""
OTHER_MODEL = 'model.params["W1"] = np.roll(np.eye(10), 1, axis=1)'
NORM = """model.params |= {"gamma1": np.ones(10), "beta1": np.zeros(10), "W2": np.eye(10), "b2": np.zeros(10)}
def averages(array):
    model.bn_params = [{"running_mean": array, "running_var": array}]
"""


def images(right, total):
    """Return X, y of which the network above gets `right` right."""
    lit = np.arange(total) % 10
    y = np.where(np.arange(total) < right, lit, (lit + 1) % 10)
    return np.eye(10, dtype=np.float32)[lit].reshape(total, 1, 2, 5), y


def exam_of(right, right_held_out, total=1000, held_out=9000):
    X_val, y_val = images(right, total)
    X_held_out, y_held_out = images(right_held_out, held_out)
    return SimpleNamespace(X_val=X_val, y_val=y_val, X_held_out=X_held_out, y_held_out=y_held_out)


def measure(exam, more="", **settings):
    """Run the check and return (message, record, notes)."""
    verdicts, context = judge({"train": SOURCE + more}, only=("test_accuracy",), exam=exam, **settings)
    (check,) = verdicts["test_accuracy"]
    return check.message, context.records["accuracy"], context.notes.get("test_accuracy", [])


@pytest.mark.parametrize(("right", "score"), [(549, 0), (550, 1), (551, 1), (0, 0), (1000, 1)])
def test_the_threshold_is_exact(right, score):
    message, record, _ = measure(exam_of(right, 9 * right))
    assert record == {"validation": right / 1000, "held_out": right / 1000, "claimed": 0.99, "score": score}
    assert (message == "") == (score == 1)


def test_the_message_says_how_far_the_threshold_is():
    message, _, _ = measure(exam_of(540, 4860))
    assert "X = 54.0% (540 of 1000; 95% interval 50.9% to 57.1%), 1.0 points short of 55%" in message
    assert "takes 10 more" in message
    assert "solver.best_val_acc says 99.0%; it is not scored" in message


def test_a_pass_is_told_too():
    _, _, notes = measure(exam_of(600, 5400))
    assert notes == [
        "X = 60.0% (600 of 1000; 95% interval 56.9% to 63.0%), 5.0 points above the 55% that are needed. "
        "(solver.best_val_acc says 99.0%; it is not scored.)"
    ]


def sit_twice(exam, folder, second):
    """Run the check on a model in doubt, with the source of a second run; return what `measure` does."""
    (folder / "visible").mkdir()
    data = SimpleNamespace(exam=exam, folder=folder, visible=folder / "visible", name="", variable="")
    run = InProcessRun({"train": SOURCE + second}, Draws(1))
    return measure(exam, data=data, start_again=lambda exchanged: nullcontext(run))


def test_a_model_in_doubt_counts_by_its_second_sitting(tmp_path):
    message, record, _ = sit_twice(exam_of(900, 4000), tmp_path, OTHER_MODEL)
    assert (record["validation"], record["score"]) == (0.9, 0)
    assert record["second_sitting"] == {"validation": 0.1, "held_out": 5000 / 9000}
    assert "run again with other validation images" in message
    assert "X = 10.0%" in message


def test_a_model_in_doubt_that_sits_well_again_passes(tmp_path):
    message, record, notes = sit_twice(exam_of(900, 4000), tmp_path, "")
    assert (message, record["score"]) == ("", 1)
    assert "run again" in notes[0]


def test_a_second_run_that_fails_is_named(tmp_path):
    message, record, _ = sit_twice(exam_of(900, 4000), tmp_path, "del model")
    assert record["score"] == 0
    assert "There: There is no `model`" in message


@pytest.mark.parametrize(
    ("right", "right_held_out"),
    [(560, 4860), (900, 6000), (500, 900)],
    ids=["the best of many epochs", "held-out images pass too", "no points either way"],
)
def test_no_second_sitting_if_no_points_depend_on_it(right, right_held_out):
    assert "second_sitting" not in measure(exam_of(right, right_held_out))[1]


@pytest.mark.parametrize(
    "claims", ["del solver", "solver.best_val_acc = 7", "solver.best_val_acc = 'full marks'", "solver = None"]
)
def test_a_claim_that_is_none_is_left_out(claims):
    message, record, _ = measure(exam_of(100, 900), claims)
    assert record["claimed"] is None
    assert "solver" not in message


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("del model", "There is no `model`"),
        ("model = 3", "`model` has no attribute params"),
        ("model.params = 3", "not a dict of arrays"),
        ("model.params = {'W1': [[1]]}", "not a dict of arrays"),
        ("model.params = {}", "no W1"),
        ("model.params = {'W1': np.eye(10)}", "no b1"),
        ("model.params['W1'] = np.eye(9)", r"model.params\['W1'\] has shape \(9, 9\), expected \(10, 10\)"),
        ("model.params['W1'] = np.zeros(10)", r"has shape \(10,\)"),
        ("model.params['W1'] = np.zeros(())", r"has shape \(\)"),
        ("model.params['b1'] = np.zeros((10, 1))", r"model.params\['b1'\] has shape \(10, 1\)"),
        ("model.params['W1'][0, 0] = np.nan", "holds NaN or infinity"),
        ("model.params['W2'] = np.eye(10); model.params['b2'] = np.full(10, np.inf)", "b2.* NaN or infinity"),
        (NORM, "no running averages"),
        (NORM + "model.bn_params = [{'running_mean': 0}]", "no running averages"),
        (NORM + "averages(np.ones(9))", "running_mean.* shape"),
        (NORM + "averages(np.full(10, np.nan))", "running_mean.* NaN"),
    ],
)
def test_why_a_model_cannot_be_measured(student_of, more, says):
    with pytest.raises(CheckFailed, match=says):
        read_model(student_of(SOURCE + more), 10, 10)


def test_a_dead_kernel_is_not_taken_for_a_wrong_model(student_of):
    class Dead:
        def read(self, *args):
            raise SubmissionError("the kernel is gone", "died")

    with pytest.raises(SubmissionError, match="gone"):
        read_model(Dead(), 10, 10)


@pytest.mark.parametrize("dtype", ["np.float16", "np.float32", "np.int8", "bool"])
def test_other_types_of_parameters_are_measured(student_of, dtype):
    more = f"model.params = {{name: value.astype({dtype}) for name, value in model.params.items()}}"
    X, y = images(7, 20)
    assert read_model(student_of(SOURCE + more), 10, 10).count_right(X, y) == 7


def test_scores_that_overflow_are_wrong_answers(student_of):
    more = "model.params['W1'] = np.eye(10) * 1e308; model.params |= {'W2': np.full((10, 10), -1e308), 'b2': np.zeros(10)}"
    X, y = images(20, 20)
    assert 0 <= read_model(student_of(SOURCE + more), 10, 10).count_right(X, y) <= 20
