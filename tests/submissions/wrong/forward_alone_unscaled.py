"""Forward forgets 1/p, backward applies it.

fails: test_dropout_forward::outputs_are_zero_or_x_over_p = no_scaling
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = no_scaling
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.random.rand(*x.shape) < p
        return x * mask, (mode, p, mask)
    return x, (mode, p, None)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, p, mask = cache
    return dout * mask / p if mode == "train" else dout
