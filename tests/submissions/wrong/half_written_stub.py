"""Fills in the stub so that it runs: nothing is dropped, dout is returned unchanged.

fails: test_dropout_forward::returns_out_and_cache = no_dropout
fails: test_dropout_forward::outputs_are_zero_or_x_over_p = no_dropout
fails: test_dropout_forward::keeps_a_fraction_p = no_dropout
fails: test_dropout_forward::decides_for_each_unit_alone = no_dropout
fails: test_dropout_forward::draws_anew_at_each_call = no_dropout
fails: test_dropout_forward::same_seed_same_mask = no_dropout
fails: test_dropout_forward::test_time_is_the_identity = no_dropout
fails: test_dropout_forward::p_of_one_keeps_all = no_dropout
fails: test_dropout_forward::takes_any_shape = no_dropout
fails: test_dropout_backward::dropped_units_get_no_gradient = no_dropout
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by = no_dropout
fails: test_dropout_backward::each_cache_keeps_its_own_mask = no_dropout
fails: test_dropout_backward::zeros_in_x_pass_gradients_too = no_dropout
fails: test_dropout_backward::test_time_passes_dout_through = no_dropout
fails: test_dropout_backward::p_of_one_passes_dout_through = no_dropout
fails: test_dropout_backward::takes_any_shape = no_dropout
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    out, cache = x, None
    # TODO
    return out, cache


# cell: dropout_backward
def dropout_backward(dout, cache):
    dx = dout
    # TODO
    return dx
