"""Unpacks a cache that is None in test mode.

fails: test_dropout_backward::test_time_passes_dout_through
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.random.rand(*x.shape) < p
        return x * mask / p, (mask, p)
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    mask, p = cache
    return dout * mask / p
