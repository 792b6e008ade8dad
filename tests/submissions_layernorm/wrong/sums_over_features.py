"""Sums dgamma and dbeta over the wrong axis.

fails: test_layernorm_backward::dbeta = sums_over_features
fails: test_layernorm_backward::dgamma = sums_over_features
fails: test_layernorm_backward::dx = sums_over_features
fails: test_layernorm_backward::each_cache_keeps_its_own_call = sums_over_features
fails: test_layernorm_backward::takes_any_shape
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=1)
    dgamma = (dout * x_hat).sum(axis=1)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
