"""Forward draws a mask before reading the mode; backward never reads the mode.

fails: test_dropout_backward::test_time_passes_dout_through = test_mode_masked
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < p) / p
    return (x * mask if dropout_param["mode"] == "train" else x), mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout * cache
