"""Masks that share draws are told from masks that do not."""

import numpy as np
import pytest

from autograder.checks.dropout import independence

SHAPE = (100, 100)


def fair(rng, p):
    return rng.random(SHAPE) < p


def repeated_rows(rng, p):
    return np.tile(rng.random((50, 100)) < p, (2, 1))


def mirrored_rows(rng, p):
    half = rng.random((50, 100)) < p
    return np.concatenate([half, half[::-1]])


def pairs_of_columns(rng, p):
    return np.repeat(rng.random((100, 50)) < p, 2, axis=1)


def opposite_neighbours(rng, p):
    u = rng.random((100, 50))
    return np.stack([u < p, u >= 1 - p], axis=2).reshape(SHAPE)


def coin_per_row(rng, p):
    return np.repeat(rng.random((100, 1)) < p, 100, axis=1)


@pytest.mark.parametrize("p", [0.3, 0.75])
def test_fair_masks_pass(p):
    rng = np.random.default_rng(3)
    for _ in range(50):
        kept = fair(rng, p)
        assert not independence.lines_alike(kept)
        assert not independence.lines_alike(kept.T)
        assert not independence.neighbours_alike(kept)
        assert not independence.dependent(kept, fair(rng, p))


@pytest.mark.parametrize("draw", [repeated_rows, mirrored_rows], ids=lambda f: f.__name__)
@pytest.mark.parametrize("p", [0.3, 0.75])
def test_rows_that_repeat_are_alike(draw, p):
    assert independence.lines_alike(draw(np.random.default_rng(4), p))


@pytest.mark.parametrize(
    "draw", [pairs_of_columns, opposite_neighbours, coin_per_row], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("p", [0.3, 0.75])
def test_neighbours_that_share_draws_are_alike(draw, p):
    kept = draw(np.random.default_rng(5), p)
    assert independence.neighbours_alike(kept)
    assert independence.neighbours_alike(kept.T)


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_neighbours_along_any_axis(axis):
    shape = [10, 3, 16, 16]
    shape[axis] = 1
    kept = np.broadcast_to(np.random.default_rng(6).random(shape) < 0.5, (10, 3, 16, 16))
    assert independence.neighbours_alike(kept)


def test_whole_lines_are_rows_of_one_coin():
    kept = coin_per_row(np.random.default_rng(7), 0.5)
    assert independence.whole_lines(kept)
    assert not independence.whole_lines(kept.T)
    assert not independence.whole_lines(np.ones(SHAPE, bool))


def test_the_same_count_in_every_line():
    kept = np.tile(np.arange(100) < 30, (100, 1))
    shuffled = np.random.default_rng(8).permuted(kept, axis=1)
    assert independence.same_count_in_every_line(shuffled)
    assert not independence.same_count_in_every_line(fair(np.random.default_rng(9), 0.3))
    assert not independence.same_count_in_every_line(kept[:1])


@pytest.mark.parametrize("value", [False, True], ids=["all-dropped", "all-kept"])
def test_masks_without_draws_are_no_evidence(value):
    kept = np.full(SHAPE, value)
    assert not independence.lines_alike(kept)
    assert not independence.neighbours_alike(kept)
