"""Passes the gradient through at the units that were dropped.

fails: test_dropout_backward::dropped_units_get_no_gradient = mask_inverted
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = mask_inverted
fails: test_dropout_backward::each_cache_keeps_its_own_mask = mask_inverted
fails: test_dropout_backward::p_of_one_passes_dout_through
fails: test_dropout_backward::takes_any_shape
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
    if mode == "test":
        return dout
    dx = dout / p
    dx[mask] = 0
    return dx
