"""Forward scales, backward does not.

fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = backward_unscaled
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.random.rand(*x.shape) < p
        return x * mask / p, (mode, p, mask)
    return x, (mode, p, None)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, p, mask = cache
    return dout * mask if mode == "train" else dout
