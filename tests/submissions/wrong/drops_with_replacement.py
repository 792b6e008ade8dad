"""Zeroes random positions, some of them more than once.

fails: test_dropout_forward::keeps_a_fraction_p
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.ones(x.size) / p
        mask[np.random.randint(0, x.size, int((1 - p) * x.size))] = 0
        mask = mask.reshape(x.shape)
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
