"""Passes dout on as dx.

fails: test_layernorm_backward::dx = dx_is_dout
fails: test_layernorm_backward::each_cache_keeps_its_own_call
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = dout
    return dx, dgamma, dbeta
