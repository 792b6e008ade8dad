"""A mask in float32 whatever x is.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = np.float32(dropout_param["p"])
    if dropout_param["mode"] == "test":
        return x, np.float32(1)
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape).astype(np.float32) < p).astype(np.float32) / p
    return x * mask, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout * cache
