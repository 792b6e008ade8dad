"""A boolean mask in the cache; both directions divide by p themselves.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if dropout_param.get("seed") is not None:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        kept = np.random.uniform(size=x.shape) < p
        return x * kept / p, (mode, p, kept)
    return x, (mode, p, None)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, p, kept = cache
    if mode == "train":
        return dout * kept / p
    return dout
