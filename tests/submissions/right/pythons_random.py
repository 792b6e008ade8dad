"""Draws with Python's own random module, one number at a time.

passes: all
"""

# cell: dropout_forward
import random


def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        random.seed(dropout_param["seed"])
    p = dropout_param["p"]
    if dropout_param["mode"] != "train":
        return x, None
    draws = [1.0 / p if random.random() < p else 0.0 for _ in range(x.size)]
    mask = np.array(draws).reshape(x.shape)
    return x * mask, mask
