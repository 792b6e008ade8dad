"""Draws the mask of the first half of the rows and uses it for the second half as well.

fails: test_dropout_forward::decides_for_each_unit_alone
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        half = np.random.rand(*x.shape) < p
        mask = np.concatenate([half[::2], half[::2]])[: len(x)] / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
