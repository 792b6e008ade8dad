"""Backward draws a new mask.

fails: test_dropout_backward::dropped_units_get_no_gradient = mask_redrawn
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = mask_redrawn
fails: test_dropout_backward::each_cache_keeps_its_own_mask = mask_redrawn
fails: test_dropout_backward::takes_any_shape
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    out = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    elif mode == "test":
        out = x
    cache = (dropout_param, mask)
    out = out.astype(x.dtype, copy=False)
    return out, cache


# cell: dropout_backward
def dropout_backward(dout, cache):
    dropout_param, mask = cache
    if dropout_param["mode"] == "test":
        return dout
    p = dropout_param["p"]
    return dout * (np.random.rand(*dout.shape) < p) / p
