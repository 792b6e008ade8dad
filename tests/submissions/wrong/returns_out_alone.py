"""Returns no cache.

fails: test_dropout_forward::returns_out_and_cache = cache_missing
fails: test_dropout_backward::dropped_units_get_no_gradient = cache_missing
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = cache_missing
fails: test_dropout_backward::each_cache_keeps_its_own_mask = cache_missing
fails: test_dropout_backward::zeros_in_x_pass_gradients_too = cache_missing
fails: test_dropout_backward::test_time_passes_dout_through = cache_missing
fails: test_dropout_backward::p_of_one_passes_dout_through = cache_missing
fails: test_dropout_backward::takes_any_shape = cache_missing
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        return x * mask
    return x


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
