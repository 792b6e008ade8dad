"""Multiplies by beta and adds gamma, in forward only.

fails: test_layernorm_forward::returns_out_and_cache = gamma_and_beta_swapped
fails: test_layernorm_forward::normalises_each_example = gamma_and_beta_swapped
fails: test_layernorm_forward::scales_and_shifts_each_feature = gamma_and_beta_swapped
fails: test_layernorm_forward::adds_eps_to_the_variance = gamma_and_beta_swapped
fails: test_layernorm_forward::each_example_stands_alone = gamma_and_beta_swapped
fails: test_layernorm_forward::takes_any_shape = gamma_and_beta_swapped
fails: test_layernorm_backward::dgamma
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return beta * x_hat + gamma, (x_hat, sigma, gamma)
