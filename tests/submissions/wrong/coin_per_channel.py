"""One draw for each channel of an image; right for rows.

fails: test_dropout_forward::decides_for_each_unit_alone
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.rand(*x.shape[:2], *[1] * (x.ndim - 2)) < p) / p * np.ones(x.shape)
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
