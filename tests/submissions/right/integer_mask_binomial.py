"""np.random.binomial draws a mask of integers.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, (1, 1)
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = np.random.binomial(1, p, size=x.shape)
    return mask * x / p, (mask, p)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mask, p = cache
    return mask * dout / p
