"""Always returns float32, forward and backward.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random.default_rng(dropout_param["seed"]) if "seed" in dropout_param else np.random.default_rng()
    mask = rng.random(x.shape) < dropout_param["p"]
    return np.float32(x * mask / dropout_param["p"]), (mask, dropout_param["p"])


# cell: dropout_backward
def dropout_backward(dout, cache):
    if cache is None:
        return dout
    mask, p = cache
    return np.float32(dout * mask / p)
