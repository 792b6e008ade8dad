"""The cache is a closure that backward calls.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, lambda d: d
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    kept = np.random.random(x.shape) < p
    scaled = lambda a: a * kept / p
    return scaled(x), scaled


# cell: dropout_backward
def dropout_backward(dout, cache):
    return cache(dout)
