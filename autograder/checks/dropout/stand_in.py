"""A correct dropout that replaces a student's mistaken one while their network is graded.

INSTALL is run in the notebook's namespace before a check, so that a network is graded for itself and no
mistake costs points twice. REMOVE, run after it, restores the student's functions.
"""

INSTALL = """
import numpy as np

_set_aside = {name: globals().get(name) for name in ("dropout_forward", "dropout_backward")}


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] != "train":
        return x, None
    generator = np.random
    if dropout_param.get("seed") is not None:
        generator = np.random.default_rng(dropout_param["seed"])
    multiplier = np.where(generator.random(x.shape) < dropout_param["p"], 1 / dropout_param["p"], 0.0)
    multiplier = multiplier.astype(x.dtype)
    return x * multiplier, multiplier


def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
"""

REMOVE = """
globals().update(_set_aside)
"""
