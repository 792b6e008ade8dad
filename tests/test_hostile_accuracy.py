"""Models that claim an accuracy instead of having it: X is measured outside, from plain arrays."""

import dataclasses
import json

import nbformat
import pytest
from attacks import notebook

from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

pytestmark = pytest.mark.kernel

SHAPES = "W1=np.zeros((3072, 10)), b1=np.zeros(10)"
MODELS = {
    # One unit fires for each validation image and for no other, so that its label is looked up
    "validation_images_memorised": """
from utils.data_utils import get_CIFAR10_data
data = get_CIFAR10_data()
X, y = data["X_val"].reshape(1000, -1).astype(np.float64), data["y_val"]
sizes = (X**2).sum(axis=1)
P = dict(W1=X.T * 1.0, b1=-0.9 * sizes, W2=np.eye(10)[y], b2=np.zeros(10))
class model: params, bn_params = P, []
""",
    "best_val_acc_of_one": f"class model: params, bn_params = dict({SHAPES}), []\nclass solver: best_val_acc = 1.0",
    "parameters_that_lie": f"""
class Lying(dict):
    items = lambda self: iter([("W1", np.broadcast_to(1.0, (2**20, 2**19)))])
    __getitem__ = get = lambda self, key: np.ones(7)
    __contains__ = lambda self, key: True
    keys = __iter__ = lambda self: iter(["W1"] * 5000)
class model: params, bn_params = Lying({SHAPES}), []
""",
    "a_thousand_layers": """
P = {f"W{i}": np.zeros((0, 0)) for i in range(900)}
class model: params, bn_params = P, []
""",
    "names_that_are_no_names": """
P = {"W1": np.zeros((3072, 10)), ("W", 2): np.zeros(3), 7: np.zeros(2), "W" + "9" * 90: np.zeros(1), "": np.zeros(1)}
class model: params, bn_params = P, []
""",
    "strange_statistics": """
P = dict(W1=np.zeros((3072, 5)), b1=np.zeros(5), gamma1=np.ones(5), beta1=np.ones(5), W2=np.ones((5, 10)), b2=np.ones(10))
class model: params, bn_params = P, [None, 7, {"running_mean": "x", "running_var": [model] if "model" in dir() else 0}]
""",
    "not_numbers": "class model: params, bn_params = dict(W1=np.full((3072, 10), np.nan), b1=np.full(10, np.inf)), []",
    "integers_and_booleans": "class model: params, bn_params = dict(W1=np.ones((3072, 10), bool), b1=np.ones(10, 'u1')), []",
    "a_property_that_hangs": "class Model:\n    @property\n    def params(self):\n        while True: pass\nmodel = Model()",
    "larger_than_memory": "class model: params, bn_params = {f'W{i}': np.broadcast_to(1.0, (2**16, 2**16)) for i in range(1, 9)}, []",
}


@pytest.fixture(scope="module")
def quick(course):
    limits = dataclasses.replace(course.limits, call=5, cell=10, training=10, memory=1500, threads=1)
    return dataclasses.replace(course, limits=limits)


@pytest.mark.parametrize("source", MODELS.values(), ids=MODELS)
def test_an_accuracy_that_is_claimed_earns_nothing(source, quick, generated, tmp_path):
    answers = {"train": f"{source}\nif 'solver' not in dir(): solver = None"}
    nbformat.write(notebook(answers), tmp_path / "dropout.ipynb")
    result = grade(tmp_path / "dropout.ipynb", GradingOptions(quick, generated, ("test_accuracy",)))
    assert (result.status, result.score, result.max_score) == ("graded", 0, 30), result.output
    json.dumps(result.to_json(), allow_nan=False)


def test_a_second_sitting_decides_if_validation_images_are_memorised(quick, generated, tmp_path):
    nbformat.write(
        notebook({"train": MODELS["validation_images_memorised"] + "solver = None"}), tmp_path / "n.ipynb"
    )
    result = grade(tmp_path / "n.ipynb", GradingOptions(quick, generated, ("test_accuracy",)))
    assert result.extra_data["accuracy"]["validation"] > 0.9
    assert result.extra_data["accuracy"]["held_out"] < 0.3
    assert result.extra_data["accuracy"]["second_sitting"]["validation"] < 0.3
    assert "run again with other validation images" in result.cell("test_accuracy").output
    assert not list(generated.folder.glob(".exchanged-*"))


def test_no_held_out_image_is_in_the_sandbox(quick, generated, tmp_path):
    source = "import os; found = sorted(os.listdir(os.environ['CIFAR10_DIR'])); print(found)\nmodel = solver = None"
    nbformat.write(notebook({"train": source}), tmp_path / "n.ipynb")
    from autograder.grading.grade import grade_submission
    from autograder.submission.submission import Submission

    submission = Submission.read(tmp_path / "n.ipynb", quick)
    grade_submission(submission, GradingOptions(quick, generated, ("test_accuracy",)))
    text = json.dumps(submission.notebook)
    assert "X_val.npy" in text
    assert "held" not in text
