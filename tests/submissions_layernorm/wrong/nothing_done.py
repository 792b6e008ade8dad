"""Returns its input.

fails: test_layernorm_forward::returns_out_and_cache = not_normalised
fails: test_layernorm_forward::normalises_each_example = not_normalised
fails: test_layernorm_forward::scales_and_shifts_each_feature = not_normalised
fails: test_layernorm_forward::adds_eps_to_the_variance = not_normalised
fails: test_layernorm_forward::each_example_stands_alone = not_normalised
fails: test_layernorm_forward::takes_any_shape = not_normalised
fails: test_layernorm_backward::dgamma = dgamma_and_dbeta_swapped
fails: test_layernorm_backward::each_cache_keeps_its_own_call
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    return x, (x, gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    return dout, dout.sum(axis=0), dout.sum(axis=0)
