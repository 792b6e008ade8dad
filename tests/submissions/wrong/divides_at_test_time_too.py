"""Divides by p in test mode as well.

fails: test_dropout_forward::test_time_is_the_identity
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        return x * mask, mask
    return x / p, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
