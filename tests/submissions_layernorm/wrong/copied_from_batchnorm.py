"""Keeps running averages and looks for a mode, which ln_param does not have.

fails: test_layernorm_forward::returns_out_and_cache = batchnorm_copied
fails: test_layernorm_forward::normalises_each_example = batchnorm_copied
fails: test_layernorm_forward::scales_and_shifts_each_feature = batchnorm_copied
fails: test_layernorm_forward::adds_eps_to_the_variance = batchnorm_copied
fails: test_layernorm_forward::each_example_stands_alone = batchnorm_copied
fails: test_layernorm_forward::takes_any_shape = batchnorm_copied
fails: test_layernorm_backward::dbeta
fails: test_layernorm_backward::dgamma
fails: test_layernorm_backward::dx
fails: test_layernorm_backward::each_cache_keeps_its_own_call
fails: test_layernorm_backward::takes_any_shape
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    mode, eps = ln_param["mode"], ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, np.sqrt(var + eps), gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=0, keepdims=True) - x_hat * (d * x_hat).mean(axis=0, keepdims=True)) / sigma
    return dx, dgamma, dbeta
