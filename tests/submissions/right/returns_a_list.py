"""Returns lists instead of tuples.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    mask = np.ones_like(x)
    if dropout_param["mode"] == "train":
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        mask = (np.random.ranf(x.shape) < dropout_param["p"]) / dropout_param["p"]
    return [x * mask, [mask]]


# cell: dropout_backward
def dropout_backward(dout, cache):
    [mask] = cache
    return dout * mask
