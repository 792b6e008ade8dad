"""Leaves the stub of dropout_forward unchanged.

fails: test_dropout_forward::returns_out_and_cache
fails: test_dropout_forward::outputs_are_zero_or_x_over_p
fails: test_dropout_forward::keeps_a_fraction_p
fails: test_dropout_forward::decides_for_each_unit_alone
fails: test_dropout_forward::draws_anew_at_each_call
fails: test_dropout_forward::same_seed_same_mask
fails: test_dropout_forward::test_time_is_the_identity
fails: test_dropout_forward::p_of_one_keeps_all
fails: test_dropout_forward::takes_any_shape
fails: test_dropout_backward::dropped_units_get_no_gradient
fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by
fails: test_dropout_backward::each_cache_keeps_its_own_mask
fails: test_dropout_backward::zeros_in_x_pass_gradients_too
fails: test_dropout_backward::test_time_passes_dout_through
fails: test_dropout_backward::p_of_one_passes_dout_through
fails: test_dropout_backward::takes_any_shape
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    # YOUR CODE HERE
    raise NotImplementedError()
