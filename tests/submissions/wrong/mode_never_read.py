"""Drops in test mode too.

fails: test_dropout_forward::test_time_is_the_identity = drops_at_test_time
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout * cache
