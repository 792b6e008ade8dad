"""Unpacks x.shape into two numbers.

fails: test_dropout_forward::takes_any_shape = two_dimensions_only
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        N, D = x.shape
        mask = (np.random.rand(N, D) < p) / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
