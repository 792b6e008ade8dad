"""Hidden checks of FullyConnectedNet.forward, without ever calling backward.

Where masks are random they are recovered from the scores (see `chains` and `recovery`), so that it does not
matter how they are drawn, nor whether dropout_forward is called or written out.
"""

import numpy as np
import pytest

from autograder.checking.values import close
from autograder.checks.dropout.bounds import kept_counts
from autograder.checks.dropout.chains import repeated_identity
from autograder.checks.dropout.dense import random_network
from autograder.checks.dropout.independence import lines_alike, neighbours_alike
from autograder.checks.dropout.misconceptions import failed
from autograder.checks.dropout.network import Network
from autograder.checks.dropout.oracle import Statistics, forward
from autograder.checks.dropout.probing import name_forward, name_one_layer
from autograder.checks.dropout.recognise_network import name_plain_scores
from autograder.checks.dropout.recovery import recover, right_plan
from autograder.errors import CheckFailed, SubmissionError

HIDDEN = ((6,), (7, 6), (6, 5, 4))
# units, copies, p: a layer shows 80 units at least, one that is shut in every fourth row or so shows 120
ONE_LAYER = ((40, (), 0.3), (40, (), 0.75))
# units * rows * (1 - p)**copies is 2e-11 for each layer that is copied, and 8e-11 for 20 copies of 20
DEEPER = ((4, (40,), 0.5), (1, (20, 20), 0.75))
NEXT_STEP = (
    "Compare a small network with weights of your choice with the equation of Exercise 3, layer by layer."
)


@pytest.mark.weight(2)
def test_scores_without_dropout(student, rng):
    """Without dropout and batchnorm: affine and ReLU for each hidden layer, then affine."""
    for hidden in HIDDEN:
        X, params = random_network(rng, hidden, batchnorm=False)
        scores, _ = Network(student, params).forward(X)
        require_scores(scores, X, params, f"affine and ReLU ({len(hidden)} hidden, dropout=1.0)")


@pytest.mark.weight(1)
def test_takes_images(student, rng):
    """X may be images, (N, 3, 32, 32) for instance, as well as rows."""
    X, params = random_network(rng, (6,), batchnorm=False, D=12)
    in_rows, _ = Network(student, params).forward(X)
    try:
        scores, _ = Network(student, params).forward(X.reshape(len(X), 3, 2, 2))
    except (SubmissionError, CheckFailed) as error:
        raise failed(
            f"For X of shape {(len(X), 3, 2, 2)}: {str(error).rstrip('.')}.", "images_not_flattened"
        ) from None
    if not close(scores, in_rows):
        raise failed(
            "The scores of images should be those of their pixels in a row; yours are not.",
            "images_not_flattened",
        )


@pytest.mark.weight(2)
def test_batchnorm_while_training(student, rng):
    """With batchnorm each hidden layer normalises by its batch, and keeps the running averages."""
    for hidden in HIDDEN:
        X, params = random_network(rng, hidden, batchnorm=True)
        network = Network(student, params)
        network.set_running(start := draw_statistics(rng, hidden))
        scores, _ = network.forward(X)
        require_scores(
            scores, X, params, f"affine, batchnorm and ReLU in mode 'train' ({len(hidden)} hidden)"
        )
        _, trace = forward(X, params)
        for i, (before, after) in enumerate(zip(start, network.running(), strict=True), 1):
            mean = (trace.inputs[i - 1] @ params[f"W{i}"] + params[f"b{i}"]).mean(axis=0)
            if not close(after.mean, 0.9 * before.mean + 0.1 * mean):  # the momentum of batchnorm_forward
                raise failed(
                    f"bn_params[{i - 1}] should hold the running averages of layer {i}; yours does not.",
                    "running_averages_not_kept",
                )


@pytest.mark.weight(1)
def test_batchnorm_at_test_time(student, rng):
    """At test time batchnorm goes by the running averages."""
    for hidden in HIDDEN:
        X, params = random_network(rng, hidden, batchnorm=True)
        network = Network(student, params)
        network.set_running(running := draw_statistics(rng, hidden))
        scores, _ = network.forward(X, "test")
        if not close(scores, forward(X, params, running=running)[0]):
            by_batch = close(scores, forward(X, params)[0])
            name = "batch_statistics_at_test_time" if by_batch else name_plain_scores(X, params, scores)
            raise failed("At test time the scores are not those of the running averages.", name, NEXT_STEP)


@pytest.mark.weight(2)
def test_drops_after_the_hidden_layer(student, rng):
    """With one hidden layer, dropout stands after its ReLU and nowhere else."""
    for units, copies, p in ONE_LAYER:
        require_masks(student, rng, repeated_identity(rng, units, copies, batchnorm=False), p)


@pytest.mark.weight(3)
def test_drops_after_every_hidden_layer(student, rng):
    """With two or three hidden layers, dropout stands once after the ReLU of each."""
    for units, copies, p in DEEPER:
        require_masks(student, rng, repeated_identity(rng, units, copies, batchnorm=False), p)


@pytest.mark.weight(2)
def test_drops_with_batchnorm(student, rng):
    """With batchnorm too, dropout stands once after the ReLU of each hidden layer."""
    for units, copies, p in (*ONE_LAYER, *DEEPER):
        require_masks(student, rng, repeated_identity(rng, units, copies, batchnorm=True), p)


@pytest.mark.weight(1)
def test_keeps_a_fraction_p(student, rng):
    """A fraction p of the hidden units is kept, each by a draw of its own, anew in each pass."""
    # 12,000 units: a fraction off by 0.045 is caught with probability 0.999 (see bounds.smallest_deviation)
    chain = repeated_identity(rng, 100, (), batchnorm=False, rows=120, shut=0)
    for p in (0.3, 0.75):
        network = Network(student, chain.params, p)
        first, second = (network.forward(chain.X)[0] != chain.params["b2"] for _ in range(2))
        least, greatest = kept_counts(first.size, p)
        if not least <= first.sum() <= greatest:
            more = "more" if first.sum() > greatest else "fewer"
            raise failed(
                f"With dropout={p}, clearly {more} than {p:.0%} of the hidden units are kept.",
                name_one_layer(student, rng, p),
                NEXT_STEP,
            )
        if np.array_equal(first, second):
            raise failed(
                "Each pass without a seed should draw other masks; yours draw the same ones.",
                "same_masks_every_pass",
            )
        if lines_alike(first) or lines_alike(first.T) or neighbours_alike(first):
            raise CheckFailed(
                "Hidden units are kept or dropped together, by row or column: draw one number for each "
                "unit of each example."
            )


@pytest.mark.weight(1)
def test_drops_nothing_at_test_time(student, rng):
    """At test time the scores are the same with dropout and without."""
    for batchnorm in (False, True):
        X, params = random_network(rng, (20, 10), batchnorm)
        running = draw_statistics(rng, (20, 10))
        with_dropout, without = Network(student, params, 0.5), Network(student, params)
        # 140 units of the first layer are all kept with probability 0.5**140 = 1e-42; with batchnorm left out
        # of this, so that dropout which is missing there costs points once
        if not batchnorm and close(with_dropout.forward(X)[0], without.forward(X)[0]):
            raise failed(
                "Training with dropout=0.5 gives the scores of a network without dropout.",
                "network_without_dropout",
            )
        if batchnorm:
            with_dropout.set_running(running)
            without.set_running(running)
        if not close(with_dropout.forward(X, "test")[0], without.forward(X, "test")[0]):
            raise failed(
                "In mode 'test' the scores should be the same with dropout and without; yours differ.",
                "active_at_test_time",
            )


def require_scores(scores, X, params, where):
    if not close(scores, forward(X, params)[0]):
        raise failed(f"The scores are not those of {where}.", name_plain_scores(X, params, scores), NEXT_STEP)


def require_masks(student, rng, chain, p):
    """Fail unless the scores of a chain are those of dropout after each ReLU, for some masks."""
    scores, _ = Network(student, chain.params, p).forward(chain.X)
    if recover(chain, scores, right_plan(chain, p)) is None:
        layers = "1 hidden layer" if chain.last_hidden == 1 else f"{chain.last_hidden} hidden layers"
        raise failed(
            f"With {layers}{', batchnorm' if chain.batchnorm else ''} and dropout={p}, the scores are not "
            "those of dropout after each hidden layer's ReLU, whichever units were dropped.",
            name_forward(student, rng, chain, scores, p),
            NEXT_STEP,
        )


def draw_statistics(rng, hidden):
    return [Statistics(rng.uniform(-0.5, 0.5, H), rng.uniform(0.5, 2, H)) for H in hidden]
