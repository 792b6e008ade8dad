"""Draws a mask in both modes, before reading the mode.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = np.random.rand(*x.shape) < p
    if dropout_param["mode"] == "train":
        out = x * mask / p
    else:
        out = x
    return out, (dropout_param["mode"], p, mask)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, p, mask = cache
    return dout * mask / p if mode == "train" else dout
