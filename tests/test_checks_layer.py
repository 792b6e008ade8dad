"""How the checks call a student's dropout functions, and compare what comes back."""

import numpy as np
import pytest

from autograder.checking import values
from autograder.checks.dropout.layer import Layer
from autograder.errors import CheckFailed, SubmissionError

RIGHT = """
import numpy as np
def dropout_forward(x, dropout_param):
    mask = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]
    return x * mask, mask
def dropout_backward(dout, cache):
    return dout * cache
"""


@pytest.fixture
def layer_of(student_of):
    return lambda source: Layer(student_of(RIGHT + source), np.random.default_rng(21))


def test_a_pass_knows_what_was_kept(layer_of):
    layer = layer_of("")
    one = layer.forward(layer.draw(6, 7), 0.5)
    assert set(np.unique(one.ratio)) == {0, 2}
    assert np.array_equal(layer.backward(np.ones((6, 7)), one), one.ratio)


def test_a_seed_is_given_only_to_those_who_insist(layer_of):
    insists = "\ndef dropout_forward(x, dropout_param):\n    np.random.seed(dropout_param['seed'])\n    return x, None"
    layer = layer_of(insists)
    layer.forward(layer.draw(2, 3), 0.5)
    assert layer.needs_seed
    assert not layer_of("").needs_seed


def test_a_key_error_of_another_kind_stays_one(layer_of):
    layer = layer_of("\ndef dropout_forward(x, dropout_param):\n    return dropout_param['rate'], None")
    with pytest.raises(SubmissionError, match="KeyError"):
        layer.forward(layer.draw(2, 3), 0.5)


def test_the_output_alone_is_judged_without_a_cache(layer_of):
    layer = layer_of("\ndef dropout_forward(x, dropout_param):\n    return x")
    one = layer.forward(layer.draw(2, 3), 0.5)
    assert one.cache is None
    with pytest.raises(CheckFailed, match="cache"):
        layer.backward(one.x, one)


def test_a_network_hands_one_dict_to_all_its_layers(layer_of):
    counts = "\ndef dropout_forward(x, dropout_param):\n    dropout_param['p'] += 1\n    return x * dropout_param['p'], None"
    layer = layer_of(counts)
    first, second = layer.forward_with_one_param([np.ones((2, 2))] * 2, 0.5)
    assert (first.out[0, 0], second.out[0, 0]) == (1.5, 2.5)


def test_a_shifted_output_shows_what_dropped_units_come_out_as(layer_of):
    shifts = (
        "\ndef dropout_forward(x, dropout_param):\n    return x * (np.random.rand(*x.shape) < 0.5) + 3, None"
    )
    layer = layer_of(shifts)
    one = layer.forward(layer.draw(20, 20), 0.5)
    assert one.dropped == 3
    assert one.ratio[~one.kept].max() == 0
    assert one.ratio[one.kept] == pytest.approx(1)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.float32])
def test_any_dtype_becomes_float64(dtype):
    assert values.as_float(np.ones(3, dtype)).dtype == np.float64


def test_nan_is_close_to_nothing():
    assert not values.close(np.array([np.nan]), np.array([1.0]))
    assert not values.entries_close(np.array([np.nan]), np.array([0.0])).any()


def test_shapes_are_compared_before_values():
    assert not values.close(np.zeros(()), np.zeros((1, 2)))
    with pytest.raises(CheckFailed, match=r"dx has shape \(4, 3\), expected \(4, 5\), the shape of x"):
        values.require_shape("dx", np.zeros((4, 3)), (4, 5), "x")


@pytest.mark.parametrize(
    ("found", "expected"), [([2.0, 4.0], 2.0), ([2.0, 5.0], None), ([], None), ([np.nan, 2.0], None)]
)
def test_the_common_ratio(found, expected):
    assert values.common_ratio(np.array(found), np.arange(1.0, len(found) + 1)) == expected
