"""Hidden checks of FullyConnectedNet.backward.

Gradients are compared with the oracle's for the masks that the same forward pass drew, recovered from
its scores. Where forward dropped in other places than it should, backward is judged by what it did.
"""

import pytest

from autograder.checking.values import close
from autograder.checks.dropout.chains import repeated_identity
from autograder.checks.dropout.dense import random_network
from autograder.checks.dropout.gradients import Expected
from autograder.checks.dropout.misconceptions import failed
from autograder.checks.dropout.network import Network
from autograder.checks.dropout.oracle import forward
from autograder.checks.dropout.probing import name_forward
from autograder.checks.dropout.recognise_gradients import name_gradients
from autograder.checks.dropout.recognise_network import explain

HIDDEN = ((6,), (7, 6), (6, 5, 4))
CHAINS = ((4, (40,), 0.5), (40, (), 0.75), (1, (20, 20), 0.75))  # units, copies, p, as in test_fc_net_forward
NEXT_STEP = (
    "Run Exercise 3's numerical check on one hidden layer first, then go back through each in reverse."
)


@pytest.mark.weight(2)
def test_gradient_of_every_parameter(student, rng):
    """backward returns a gradient for every parameter, of its shape."""
    for batchnorm in (False, True):
        X, params = random_network(rng, (6, 5), batchnorm)
        network = Network(student, params)
        scores, caches = network.forward(X)
        network.backward(rng.normal(size=scores.shape), caches, required=params)


@pytest.mark.weight(2)
def test_gradients_without_dropout(student, rng):
    """Without dropout and batchnorm the gradients are exact."""
    for hidden in HIDDEN:
        require_plain_gradients(student, rng, hidden, batchnorm=False)


@pytest.mark.weight(2)
def test_gradients_with_batchnorm(student, rng):
    """With batchnorm and without dropout the gradients are exact, gamma's and beta's included."""
    for hidden in HIDDEN:
        require_plain_gradients(student, rng, hidden, batchnorm=True)


@pytest.mark.weight(5)
def test_gradients_through_dropout(student, rng):
    """With dropout the gradients are exact, for the masks that the same forward pass drew."""
    # Two layers of one width: another layer's mask fits, and only the gradients show it. A unit whose one
    # child is dropped goes unseen, which W2's gradient depends on and nothing else.
    equal = repeated_identity(rng, 12, (1,), batchnorm=False)
    dropped = [require_dropout_gradients(student, rng, equal, 0.5, skip=frozenset({"W2"}))]
    for units, copies, p in CHAINS:
        chain = repeated_identity(rng, units, copies, batchnorm=False)
        dropped.append(require_dropout_gradients(student, rng, chain, p))
    require_any(dropped, "network_without_dropout")


@pytest.mark.weight(3)
def test_gradients_through_dropout_and_batchnorm(student, rng):
    """With dropout and batchnorm the gradients are exact, for the same masks."""
    dropped = []
    for units, copies, p in CHAINS:
        chain = repeated_identity(rng, units, copies, batchnorm=True)
        dropped.append(require_dropout_gradients(student, rng, chain, p))
    require_any(dropped, "skipped_with_batchnorm")


@pytest.mark.weight(1)
def test_leaves_the_penalty_to_loss(student, rng):
    """backward does not add the weight penalty's gradient: `loss` does."""
    X, params = random_network(rng, (6, 5), batchnorm=False)
    dscores = rng.normal(size=(len(X), len(params["b3"])))
    expected = Expected(dscores, forward(X, params)[1])
    with_penalty, without = (
        gradients_of(Network(student, params, reg=reg), X, dscores) for reg in (0.5, 0.0)
    )
    same_names = with_penalty.keys() == without.keys()
    if not same_names or not expected.matches(with_penalty, without):
        added = {n: without[n] + 0.5 * params[n] if n[0] == "W" else without[n] for n in without}
        again = same_names and expected.matches(with_penalty, added)
        raise failed(
            "The gradients that backward returns should not depend on reg; yours do.",
            "regularisation_added_again" if again else None,
            "Leave self.reg out of backward; `loss` adds the penalty and its gradient.",
        )


def gradients_of(network, X, dscores):
    _, caches = network.forward(X)
    return network.backward(dscores, caches)


def require_plain_gradients(student, rng, hidden, batchnorm):
    X, params = random_network(rng, hidden, batchnorm)
    right, trace = forward(X, params)
    expected = Expected(rng.normal(size=right.shape), trace)
    network = Network(student, params)
    network.forward(-X)  # of an earlier batch, which this one's gradients have nothing to do with
    scores, caches = network.forward(X)
    biases = {f"b{i}" for i in range(1, len(hidden) + 2)}  # one check fails for missing ones, this does not
    grads = network.backward(expected.dscores, caches, [name for name in params if name not in biases])
    if wrong := expected.wrong(grads):
        hint = "" if close(scores, right) else " (and forward's scores are not right either)"
        raise failed(
            f"{_are_wrong(wrong)}{' with batchnorm' if batchnorm else ''}{hint}.",
            name_gradients(expected, grads),
            NEXT_STEP,
        )


def require_dropout_gradients(student, rng, chain, p, skip=frozenset()):
    """Fail unless a chain's gradients are exact for the masks, and the places, of the same forward pass.

    Returns whether forward dropped anything.
    """
    network = Network(student, chain.params, p)
    scores, caches = network.forward(chain.X)
    found = explain(chain, scores, p)
    if found is None:
        raise failed(
            "forward's scores show no masks to judge backward by: put forward right first.",
            name_forward(student, rng, chain, scores, p),
        )
    expected = Expected(rng.normal(size=scores.shape), found.trace, skip | unseen(found.plan))
    grads = network.backward(expected.dscores, caches)
    if wrong := expected.wrong(grads):
        raise failed(
            f"{_are_wrong(wrong)} for the masks that forward drew (dropout={p}).",
            name_gradients(expected, grads),
            NEXT_STEP,
        )
    return any(scale is not None for scale in found.plan)


def require_any(dropped, name):
    """Fail where forward dropped nothing in any of the networks."""
    if not any(dropped):
        raise failed("forward drops nothing here, so there is nothing to go back through.", name)


def unseen(plan):
    """Return the parameters whose gradients depend on units that mistaken dropout hides from the scores."""
    first = ("W1", "b1", "gamma1", "beta1") if plan[0] is not None else ()
    return frozenset((*first, f"W{len(plan) - 1}") if plan[-1] is not None else first)


def _are_wrong(names):
    several = len(names) > 1
    return f"The gradient{'s' * several} of {', '.join(names)} {'are' if several else 'is'} wrong"
