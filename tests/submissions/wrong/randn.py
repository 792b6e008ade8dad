"""Compares normal draws with p.

fails: test_dropout_forward::keeps_a_fraction_p = randn_compared_with_p
fails: test_dropout_forward::p_of_one_keeps_all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.randn(*x.shape) < p) / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
