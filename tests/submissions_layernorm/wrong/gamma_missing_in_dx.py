"""Omits gamma from dx.

fails: test_layernorm_backward::dx = gamma_missing_in_dx
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
