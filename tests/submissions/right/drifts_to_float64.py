"""Returns float64 for float32, and a scalar mask at test time.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    mask = 1.0
    if dropout_param["mode"] == "train":
        generator = np.random.RandomState(dropout_param.get("seed"))
        mask = np.float64(generator.uniform(size=x.shape) < p) / p
    return np.float64(x) * mask, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return np.float64(dout) * cache
