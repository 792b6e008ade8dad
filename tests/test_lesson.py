"""Test the lesson: its cells keep to the contract, its visible checks accept right answers and name mistakes."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

LESSON = Path(__file__).parent.parent / "source" / "dropout" / "dropout.ipynb"
ANSWERS = ["dropout_forward", "dropout_backward", "fc_net"]
CHECKS = ["test_dropout_forward", "test_dropout_backward", "test_fc_net_forward", "test_fc_net_backward"]
POINTS = {**dict.fromkeys(CHECKS, 15), "test_accuracy": 30, "dropout_as_regularizer": 10}
REGION = re.compile(r"( *)### BEGIN SOLUTION\n.*?### END SOLUTION", re.DOTALL)


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(LESSON, as_version=4)


@pytest.fixture(scope="module")
def code(notebook):
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


@pytest.fixture(scope="module")
def graded(notebook):
    """Return the cells that nbgrader knows, by grade_id."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.fixture(scope="module")
def sources(code, graded):
    """Return what stands in each cell, by id and, for nbgrader's cells, by grade_id."""
    return {name: cell.source for name, cell in [*code.items(), *graded.items()]}


@pytest.fixture
def check(sources):
    """Return a function that runs one visible check on the reference answers, some of them exchanged."""

    def run(name, **answers):
        np.random.seed(1929)
        namespace = {}
        for cell in ["imports", *ANSWERS, "kept-units", "identity-scores", "net-gradients", name]:
            source = answers.get(cell, sources[cell]).partition("\n\n\nfor ")[0]  # net-gradients: no table
            exec(compile(source, f"<{cell}>", "exec"), namespace)

    return run


def test_graded_cells_are_of_the_right_kind(graded):
    keys = ("grade", "solution", "locked", "task", "schema_version")
    kinds = {
        name: (cell.cell_type, *(cell.metadata.nbgrader[k] for k in keys)) for name, cell in graded.items()
    }
    assert kinds == {
        **dict.fromkeys([*ANSWERS, "train"], ("code", False, True, False, False, 3)),
        **dict.fromkeys([*CHECKS, "test_accuracy"], ("code", True, False, True, False, 3)),
        "dropout_as_regularizer": ("markdown", True, True, False, False, 3),
    }


def test_points_add_up_to_100(graded):
    given = {name: cell.metadata.nbgrader.get("points") for name, cell in graded.items()}
    assert {name: points for name, points in given.items() if points is not None} == POINTS
    assert sum(POINTS.values()) == 100


def test_training_is_tagged_with_the_graded_cell_that_it_serves(code):
    tags = {name: cell.metadata.tags for name, cell in code.items() if "tags" in cell.metadata}
    experiment = dict.fromkeys(["train-small", "plot-small"], ["for-dropout_as_regularizer"])
    assert tags == {**experiment, **dict.fromkeys(["train", "test-time-scores"], ["for-test_accuracy"])}
    assert {name for name, cell in code.items() if ".train()" in cell.source} < set(tags)


def test_no_output_is_stored(code):
    assert [name for name, cell in code.items() if cell.outputs or cell.execution_count] == []


def test_markers_pair_up_in_every_answer(graded):
    for name in [*ANSWERS, "train", "dropout_as_regularizer"]:
        source = graded[name].source
        found = source.count("BEGIN SOLUTION"), source.count("END SOLUTION"), len(REGION.findall(source))
        assert found == ((2, 2, 2) if name == "fc_net" else (1, 1, 1))


def test_the_mark_scheme_adds_up_and_never_reaches_students(graded):
    source = graded["dropout_as_regularizer"].source
    scheme = re.search("=== BEGIN MARK SCHEME ===(.*)=== END MARK SCHEME ===", source, re.DOTALL)[1]
    assert sum(int(points) for points in re.findall(r"^\| (\d+) \|", scheme, re.MULTILINE)) == 10
    assert REGION.sub("", source) == ""


def stub(source):
    """Return a cell as students get it."""
    return REGION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", source)


def test_cells_are_short(code):
    for name, cell in code.items():
        assert len(stub(cell.source).split("\n")) < 25, name


def test_answers_are_short(code):
    for name, cell in code.items():
        assert len([line for line in cell.source.split("\n") if "SOLUTION" not in line]) <= 35, name


def test_cell_ids_are_words(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name) for name in ids)


def test_imports_are_explicit_and_complete(sources):
    namespace = {}
    exec(sources["imports"], namespace)
    layers = {
        f"{layer}_{way}" for layer in ("affine", "relu", "batchnorm") for way in ("forward", "backward")
    }
    others = {"np", "softmax_loss", "Solver", "get_CIFAR10_data", "eval_numerical_gradient", "rel_error"}
    assert layers | others | {"eval_numerical_gradient_array"} <= set(namespace)
    assert not any("import *" in source for source in sources.values())


# Exercises that are not written yet


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """Return an IPython shell, what a notebook's cells run in."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns where another environment is active
    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    yield InteractiveShell.instance(config=quiet)
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("missing", "cell", "exercise"),
    [
        ("dropout_forward", "forward-statistics", 1),
        ("dropout_backward", "backward-gradient", 2),
        ("fc_net", "net-gradients", 3),
        ("train", "train", 5),
        ("train", "test_accuracy", 5),
    ],
)
def test_a_missing_exercise_is_named_in_one_line(shell, sources, capsys, missing, cell, exercise):
    for name in ["imports", "unanswered", *ANSWERS, cell]:
        shell.run_cell(stub(sources[name]) if name == missing else sources[name])
    shown = capsys.readouterr().out.strip().split("\n")
    assert shown[-1] == f"Exercise {exercise} is not written yet; this cell needs it."
    assert not any("Traceback" in line for line in shown)


def test_other_errors_keep_their_traceback(shell, sources, capsys):
    odd = "def half():\n    raise NotImplementedError('odd')\nhalf()"
    for source in (sources["imports"], sources["unanswered"], odd):
        shell.run_cell(source)
    assert "Traceback" in capsys.readouterr().out


# Right answers


def functions(training, gradient):
    """Return source of both functions, from what forward does in training and what backward then returns."""
    return f"""
def dropout_forward(x, dropout_param):
    p, rng = dropout_param["p"], np.random.default_rng(dropout_param.get("seed"))
    if dropout_param["mode"] == "test":
        return x, None
    {training}
def dropout_backward(dout, cache):
    return dout if cache is None else {gradient}"""


RIGHT = {
    "boolean mask": functions(
        "mask = rng.random(x.shape) < p; return x * mask / p, (mask, p)", "dout * cache[0] / cache[1]"
    ),
    "in place": functions(
        "drop = rng.random(x.shape) >= p; x[drop] = 0; x /= p; return x, (drop, p)",
        "np.putmask(dout, cache[0], 0) or np.divide(dout, cache[1], out=dout)",
    ),
    "single-precision mask": functions(
        "mask = (rng.random(x.shape, np.float32) < p) / np.float32(p); return x * mask, mask", "dout * cache"
    ),
    "integer mask, global generator, drawn before the mode is looked at": """
def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = np.random.binomial(1, dropout_param["p"], size=x.shape)
    train = dropout_param["mode"] == "train"
    return (x * mask / dropout_param["p"] if train else x), (mask / dropout_param["p"] if train else 1)
def dropout_backward(dout, cache):
    return dout * cache""",
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_passes(check, name):
    check(name)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT)
def test_other_right_answers_pass(check, name, right):
    check(name, dropout_forward=right, dropout_backward="")


@pytest.mark.parametrize("name", CHECKS[2:])
def test_a_network_with_dropout_by_hand_before_the_relu_passes(check, name):
    network = """
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        P, p, caches = self.params, self.dropout_param["p"], []
        rng = np.random.default_rng(self.dropout_param.get("seed"))
        for i in range(1, self.num_layers):
            X, affine = affine_forward(X, P[f"W{i}"], P[f"b{i}"])
            batchnorm = None
            if self.use_batchnorm:
                X, batchnorm = batchnorm_forward(X, P[f"gamma{i}"], P[f"beta{i}"], self.bn_params[i - 1])
            train = self.dropout_param["mode"] == "train"
            mask = (rng.random(X.shape) < p) / p if train else 1
            X, relu = relu_forward(X * mask)
            caches.append((affine, batchnorm, mask, relu))
        scores, last = affine_forward(X, P[f"W{self.num_layers}"], P[f"b{self.num_layers}"])
        return scores, (caches, last)

    def backward(self, dscores, caches):
        layers, last = caches
        grads, n = {}, self.num_layers
        d, grads[f"W{n}"], grads[f"b{n}"] = affine_backward(dscores, last)
        for i, (affine, batchnorm, mask, relu) in reversed(list(enumerate(layers, 1))):
            d = relu_backward(d, relu) * mask
            if self.use_batchnorm:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(d, batchnorm)
            d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, affine)
        return grads"""
    check(name, fc_net=network)


# Common mistakes: each exchanges a piece of a right answer, and the message must have the word

SCALED = "global latest; latest = mask = (rng.random(x.shape) < p) / p; return x * mask, mask"
MISTAKES = """
dropout_forward | p drops | < p) / p | > p) / (1 - p) | KEEPING
dropout_forward | p drops, survivors by 1/p | < p) / p | > p) / p | KEEPING
dropout_forward | no scaling | / p | * 1 | not scaled
dropout_forward | scaling at test time | return x, None | return x * p, None | test time
dropout_forward | dropping at test time | == "test" | == "off" | test time
dropout_forward | one draw for each row | random(x.shape) | random((len(x), 1)) | each entry|every entry
dropout_forward | one draw for each column | random(x.shape) | random(x.shape[1:]) | each entry|every entry
dropout_forward | same mask each call | default_rng(dropout_param.get("seed")) | default_rng(0) | same mask
dropout_forward | normal numbers | random(x | standard_normal(x | uniform
dropout_forward | seed ignored | dropout_param.get("seed") |  | same seed
dropout_forward | flattened | return x * mask, | return (x * mask).ravel(), | shape
dropout_backward | unscaled | dout * cache | dout * (cache > 0) | not scaled
dropout_backward | redrawn | dout * cache | dout * np.random.permutation(cache) | redraw
dropout_backward | mask in a global variable | dout * cache | dout * latest | another forward pass
dropout_backward | scaled twice | dout * cache | dout * cache**2 | dx must be dout
dropout_backward | scaled at test time | return dout if | return dout / 2 if | identity
dropout_backward | mask read off the output | return x * mask, mask | return x * mask, (x * mask != 0) / p | remember the mask
dropout_backward | summed | dout * cache | (dout * cache).sum(axis=0) | shape
fc_net_forward | on the scores | return scores | return dropout_forward(scores, SELF)[0] | on the scores
fc_net_forward | on the input | L, params, | X, _ = dropout_forward(X, SELF); L, params, | on the input
fc_net_forward | ignored | dropout_forward(X, SELF) | (X, 1) | no unit was dropped
fc_net_forward | first layer only | (X, SELF) | (X, SELF) if i == 1 else (X, 1) | EVERY
fc_net_forward | last layer only | (X, SELF) | (X, SELF) if i == L - 1 else (X, 1) | first of two
fc_net_forward | at test time | (X, SELF) | (X, {"mode": "train", "p": 0.5}) | test time
fc_net_backward | not through dropout | dropout_backward(dX, dropout_cache) | dX | back through dropout
fc_net_backward | penalty twice | return grads | grads["W1"] += 0.1 * self.params["W1"]; return grads | penalty
fc_net_backward | seed not passed on | SELF) | {"mode": "train", "p": 0.5}) | seed
"""
ROWS = [row.replace("SELF", "self.dropout_param").split(" | ") for row in MISTAKES.strip().split("\n")]


@pytest.mark.parametrize(
    ("cell", "_", "right", "wrong", "word"), ROWS, ids=[": ".join(row[:2]) for row in ROWS]
)
def test_a_mistake_is_named(check, sources, cell, _, right, wrong, word):
    both, net = functions(SCALED, "dout * cache"), sources["fc_net"]
    answers = {"dropout_forward": both, "dropout_backward": "", "fc_net": net}
    mistaken = {name: source.replace(right, wrong) for name, source in answers.items()}
    assert mistaken != answers
    with pytest.raises(AssertionError, match=word):
        check(f"test_{cell}", **mistaken)


@pytest.mark.kernel
@pytest.mark.cifar
@pytest.mark.slow
def test_the_answered_lesson_runs_from_top_to_bottom(notebook):
    from nbclient import NotebookClient

    lesson = nbformat.from_dict(notebook)
    NotebookClient(lesson, timeout=1200, resources={"metadata": {"path": str(LESSON.parent)}}).execute()
    printed = "".join(out.text for cell in lesson.cells for out in cell.get("outputs", []) if "text" in out)
    assert printed.count("all visible checks passed") == 4
    assert "30 of 30 points" in printed
