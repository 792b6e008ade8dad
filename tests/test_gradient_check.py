"""Test numerical gradients on functions whose derivatives are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from utils.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error

X = np.array([[0.5, -1.0], [2.0, 0.25]])
DF = np.array([[1.0, -3.0], [0.5, 2.0]])


def test_gradient_of_a_sum_of_cubes():
    gradient = eval_numerical_gradient(lambda x: np.sum(x**3), X.copy(), verbose=False)
    assert rel_error(gradient, 3 * X**2) < 1e-9  # 1e-16 / h of rounding, two digits to spare


def test_gradient_by_an_array_that_f_reads_itself():
    x = X.copy()
    gradient = eval_numerical_gradient(lambda _: np.sum(np.sin(x)), x, verbose=False)
    assert rel_error(gradient, np.cos(X)) < 1e-9


def test_x_is_restored():
    x = X.copy()
    eval_numerical_gradient(lambda x: x.sum(), x, verbose=False)
    np.testing.assert_array_equal(x, X)


def test_x_is_restored_when_f_raises():
    x = X.copy()
    with pytest.raises(ZeroDivisionError):
        eval_numerical_gradient(lambda x: 1 // 0, x, verbose=False)
    np.testing.assert_array_equal(x, X)


def test_a_transposed_array_is_changed_where_it_stands():
    base = X.copy()
    gradient = eval_numerical_gradient(lambda _: np.sum(base**3), base.T, verbose=False)
    assert rel_error(gradient, 3 * X.T**2) < 1e-9


@pytest.mark.parametrize(("verbose", "lines"), [(True, 4), (False, 0)], ids=["verbose", "silent"])
def test_verbose_prints_a_line_for_each_entry(capsys, verbose, lines):
    eval_numerical_gradient(np.sum, X.copy(), verbose=verbose)
    assert len(capsys.readouterr().out.splitlines()) == lines


def test_larger_h_is_used():
    gradient = eval_numerical_gradient(lambda x: np.sum(x**3), X.copy(), verbose=False, h=0.1)
    np.testing.assert_allclose(gradient, 3 * X**2 + 0.1**2)  # the formula's own error for a cube


def test_array_gradient_weighs_outputs_with_df():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    gradient = eval_numerical_gradient_array(lambda x: x @ matrix, X, DF)
    assert rel_error(gradient, DF @ matrix.T) < 1e-9


def test_array_gradient_lets_f_change_its_argument():
    def double(x):
        x *= 2
        return x

    x = X.copy()
    assert rel_error(eval_numerical_gradient_array(double, x, DF), 2 * DF) < 1e-9
    np.testing.assert_array_equal(x, X)


def test_array_gradient_lets_f_return_one_buffer():
    buffer = np.empty_like(X)

    def double(x):
        return np.multiply(x, 2, out=buffer)

    assert rel_error(eval_numerical_gradient_array(double, X, DF), 2 * DF) < 1e-9


def test_array_gradient_refuses_another_output_shape():
    with pytest.raises(ValueError, match=r"f\(x\) has shape \(2,\), expected \(2, 2\), the shape of df"):
        eval_numerical_gradient_array(lambda x: x.sum(axis=0), X, DF)


@pytest.mark.parametrize(
    "check",
    [lambda x: eval_numerical_gradient(np.sum, x), lambda x: eval_numerical_gradient_array(abs, x, DF)],
    ids=["scalar", "array"],
)
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((2, 2), int), "x is int64"),
        ([1.0], "x is list"),
        (X.astype("f4"), "x is float32.*use float64"),
    ],
    ids=["integers", "list", "float32"],
)
def test_x_that_cannot_move_by_h_is_refused(check, x, message):
    with pytest.raises(ValueError, match=message):
        check(x)


def test_float32_is_accepted_with_a_coarse_h():
    gradient = eval_numerical_gradient(lambda x: np.sum(x**2), X.astype("f4"), verbose=False, h=1e-2)
    np.testing.assert_allclose(gradient, 2 * X, rtol=1e-3)  # 6e-8 / h of rounding, two digits to spare


def test_rel_error_of_equal_arrays_is_zero():
    assert rel_error(X, X.copy()) == 0


def test_rel_error_is_the_largest():
    assert rel_error(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 0.5


def test_rel_error_of_two_zeros_is_zero():
    assert rel_error(0.0, 0.0) == 0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_rel_error_is_symmetric_and_at_most_one(x, y):
    assert 0 <= rel_error(x, y) == rel_error(y, x) <= 1


def test_rel_error_shows_nan():
    assert np.isnan(rel_error(np.array([np.nan, 1.0]), np.ones(2)))


def test_rel_error_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"x has shape \(2, 2\), expected \(2,\), the shape of y"):
        rel_error(X, X[0])
