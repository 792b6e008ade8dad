"""Backward ends without a return.

fails: test_dropout_backward::dropped_units_get_no_gradient = backward_returns_none
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = backward_returns_none
fails: test_dropout_backward::each_cache_keeps_its_own_mask = backward_returns_none
fails: test_dropout_backward::zeros_in_x_pass_gradients_too = backward_returns_none
fails: test_dropout_backward::test_time_passes_dout_through = backward_returns_none
fails: test_dropout_backward::p_of_one_passes_dout_through = backward_returns_none
fails: test_dropout_backward::takes_any_shape = backward_returns_none
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
    dx = dout * mask if dropout_param["mode"] == "train" else dout
