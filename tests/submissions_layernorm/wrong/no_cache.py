"""Returns only the output.

fails: test_layernorm_forward::returns_out_and_cache = cache_missing
fails: test_layernorm_backward::dbeta
fails: test_layernorm_backward::dgamma
fails: test_layernorm_backward::dx
fails: test_layernorm_backward::each_cache_keeps_its_own_call
fails: test_layernorm_backward::takes_any_shape
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return gamma * x_hat + beta
