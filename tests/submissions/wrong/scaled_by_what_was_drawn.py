"""Divides by the fraction of units that happened to be kept.

fails: test_dropout_forward::outputs_are_zero_or_x_over_p = scaled_by_the_share_drawn
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.random.rand(*x.shape) < p
        mask = mask / mask.mean()
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
