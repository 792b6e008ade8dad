"""Draws a flat array and reshapes it; writes survivors into zeros.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, None
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    keep = (np.random.rand(x.size) < dropout_param["p"]).reshape(x.shape)
    out = np.zeros_like(x)
    out[keep] = x[keep] / dropout_param["p"]
    return out, [keep, dropout_param["p"]]


# cell: dropout_backward
def dropout_backward(dout, cache):
    if cache is None:
        return dout
    keep, p = cache
    dx = np.zeros_like(dout)
    dx[keep] = dout[keep] / p
    return dx
