"""Naming a network's mistake by a forward pass made for it, where the one that was judged says too little."""

from __future__ import annotations

import numpy as np

from autograder.checks.dropout.chains import Chain, repeated_identity
from autograder.checks.dropout.network import Network
from autograder.checks.dropout.recognise_network import name_scores
from autograder.checks.dropout.recovery import recover, right_plan
from autograder.kernel.student import Student


def name_forward(
    student: Student, rng: np.random.Generator, chain: Chain, scores: np.ndarray, p: float
) -> str | None:
    """Name the mistake behind a chain's scores, if need be by a network with one hidden layer.

    Dropout that is missing with batchnorm alone has a name of its own.
    """
    name = name_scores(chain, scores, p) or name_one_layer(student, rng, p, chain.batchnorm)
    if name == "network_without_dropout" and chain.batchnorm and name_one_layer(student, rng, p) != name:
        return "skipped_with_batchnorm"
    return name


def name_one_layer(
    student: Student, rng: np.random.Generator, p: float, batchnorm: bool = False
) -> str | None:
    """Name the mistake in how a network with one hidden layer drops, None where there is none."""
    chain = repeated_identity(rng, 40, (), batchnorm)
    scores, _ = Network(student, chain.params, p).forward(chain.X)
    return None if recover(chain, scores, right_plan(chain, p)) else name_scores(chain, scores, p)
