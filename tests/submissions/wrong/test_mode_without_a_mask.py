"""Returns a mask that is defined only in training mode.

fails: test_dropout_forward::test_time_is_the_identity = test_mode_crashes
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    if mode == "test":
        out = x
    return out, (mode, mask)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, mask = cache
    return dout * mask if mode == "train" else dout
