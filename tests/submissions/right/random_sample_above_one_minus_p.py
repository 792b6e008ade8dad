"""Keeps a unit if its draw is at least 1 - p, which has probability p.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    q = 1 - dropout_param["p"]
    rng = np.random.RandomState(dropout_param["seed"]) if "seed" in dropout_param else np.random
    if dropout_param["mode"] == "train":
        mask = (rng.random_sample(x.shape) >= q).astype(float)
        mask /= dropout_param["p"]
    else:
        mask = np.ones(x.shape)
    return mask * x, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return cache * dout
