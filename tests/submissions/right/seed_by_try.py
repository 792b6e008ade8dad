"""Catches the KeyError if there is no seed. Drops unless the mode is 'test'.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    try:
        rng = np.random.RandomState(dropout_param["seed"])
    except KeyError:
        rng = np.random.RandomState()
    if dropout_param["mode"] != "test":
        p = dropout_param["p"]
        cache = np.divide(rng.random_sample(size=x.shape) < p, p, dtype=np.float64)
        return np.einsum("...,...->...", x, cache), cache
    return x * 1.0, np.ones_like(x)


# cell: dropout_backward
def dropout_backward(dout, cache):
    return np.einsum("...,...->...", dout, cache)
