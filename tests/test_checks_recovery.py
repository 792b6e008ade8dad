"""Masks are read off the scores of chains, whatever was drawn."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.checks.dropout import oracle
from autograder.checks.dropout.chains import FAINT, repeated_identity
from autograder.checks.dropout.recognise_network import explain, name_plan, plans
from autograder.checks.dropout.recovery import before_batchnorm, recover, right_plan

CASES = [
    pytest.param(40, (), 0.3, id="one-layer-0.3"),
    pytest.param(40, (), 0.75, id="one-layer-0.75"),
    pytest.param(4, (40,), 0.5, id="two-layers"),
    pytest.param(1, (20, 20), 0.75, id="three-layers"),
]
WITH_AND_WITHOUT = pytest.mark.parametrize("batchnorm", [False, True], ids=["plain", "batchnorm"])


def sizes(chain):
    return [chain.X.shape[1], *map(len, chain.parents)]


def drop(chain, plan, keep, rng, dtype=np.float64):
    """Run the oracle with masks drawn here; return the scores and what the pass saw."""
    multipliers = [
        None if scale is None else ((rng.random((len(chain.X), units)) < keep) * dtype(scale)).astype(float)
        for scale, units in zip(plan, sizes(chain), strict=True)
    ]
    return oracle.forward(chain.X, chain.params, multipliers)


@WITH_AND_WITHOUT
@pytest.mark.parametrize(("units", "copies", "p"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32-mask", "float64-mask"])
def test_the_masks_that_were_drawn_come_back(units, copies, p, batchnorm, dtype):
    rng = np.random.default_rng(11)
    for _ in range(8):
        chain = repeated_identity(rng, units, copies, batchnorm)
        scores, trace = drop(chain, right_plan(chain, p), p, rng, dtype)
        found = recover(chain, scores, right_plan(chain, p))
        assert found is not None
        for i in range(1, chain.last_hidden + 1):  # a unit that ReLU shuts shows no mask, and needs none
            alive = trace.before_relu[i - 1] > 0
            drawn, read = trace.multipliers[i] != 0, found.trace.multipliers[i] != 0
            assert np.array_equal(drawn[alive], read[alive])


@WITH_AND_WITHOUT
@pytest.mark.parametrize(("units", "copies", "p"), CASES)
def test_gradients_follow_from_the_masks_read(units, copies, p, batchnorm):
    rng = np.random.default_rng(12)
    chain = repeated_identity(rng, units, copies, batchnorm)
    scores, trace = drop(chain, right_plan(chain, p), p, rng, np.float32)
    dscores = rng.normal(size=scores.shape)
    expected = oracle.backward(dscores, trace)
    read = oracle.backward(dscores, recover(chain, scores, right_plan(chain, p)).trace)
    for name, value in expected.items():
        layer = max(np.abs(expected[n]).max() for n in expected if n[-1] == name[-1])
        assert np.abs(read[name] - value).max() <= 5e-7 * layer  # half of what a check allows


@pytest.mark.parametrize(("units", "copies", "p"), CASES)
def test_one_wrong_score_cannot_be_explained(units, copies, p):
    rng = np.random.default_rng(13)
    chain = repeated_identity(rng, units, copies, batchnorm=True)
    scores, _ = drop(chain, right_plan(chain, p), p, rng)
    scores[0, -1] += 1e-4
    assert recover(chain, scores, right_plan(chain, p)) is None


@pytest.mark.parametrize("p", [0.3, 0.75])
@pytest.mark.parametrize("batchnorm", [False, True], ids=["plain", "batchnorm"])
def test_a_wrong_plan_is_told_from_the_right_one(p, batchnorm):
    rng = np.random.default_rng(14)
    for plan in plans(2, p):
        if plan[0] is not None and batchnorm:
            continue  # the input's masks cannot be seen through batchnorm
        chain = repeated_identity(rng, 4, (40 if p < 0.5 else 20,), batchnorm)
        scores, _ = drop(chain, plan, p, rng)
        found = explain(chain, scores, p)
        assert found is not None
        assert found.plan == plan
        assert (name_plan(plan, p) is None) == (plan == right_plan(chain, p))


def test_batchnorm_remembers_the_scale_by_eps():
    rng = np.random.default_rng(15)
    chain = repeated_identity(rng, 4, (40,), batchnorm=True)
    unscaled = [None, 1.0, 2.0, None]
    scores, _ = drop(chain, unscaled, 0.5, rng)
    assert chain.weight(2) == FAINT
    assert recover(chain, scores, right_plan(chain, 0.5)) is None
    assert recover(chain, scores, unscaled) is not None


def test_dropout_before_batchnorm_is_recognised():
    rng = np.random.default_rng(16)
    chain = repeated_identity(rng, 40, (), batchnorm=True)
    a = (chain.X @ chain.params["W1"] + chain.params["b1"]) * (rng.random((4, 40)) < 0.5) / 0.5
    normal, _ = oracle.batchnorm(
        a, chain.params["gamma1"], chain.params["beta1"], oracle.Statistics(a.mean(axis=0), a.var(axis=0))
    )
    scores = np.maximum(normal, 0) @ chain.params["W2"] + chain.params["b2"]
    assert before_batchnorm(chain, scores, 0.5)
    right, _ = drop(chain, right_plan(chain, 0.5), 0.5, rng)
    assert not before_batchnorm(chain, right, 0.5)


@pytest.mark.parametrize("wild", [np.nan, np.inf, 1e308, 0.0])
def test_wild_scores_have_no_explanation(wild):
    chain = repeated_identity(np.random.default_rng(17), 4, (40,), batchnorm=True)
    with np.errstate(all="ignore"):
        assert explain(chain, np.full((4, 160), wild), 0.5) is None


@WITH_AND_WITHOUT
def test_units_below_the_last_layer_are_never_shut(batchnorm):
    rng = np.random.default_rng(18)
    for _ in range(20):
        chain = repeated_identity(rng, 1, (20, 20), batchnorm)
        _, trace = drop(chain, right_plan(chain, 0.75), 0.75, rng)
        assert all(a.min() > 0 for a in trace.before_relu[1:])


def test_rows_of_a_chain_differ():
    chain = repeated_identity(np.random.default_rng(19), 12, (), batchnorm=False)
    for column in chain.X.T:
        assert min(b - a for a, b in pairwise(sorted(np.abs(column)))) > 0.1
