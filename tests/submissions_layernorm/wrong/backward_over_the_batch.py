"""Averages over the examples in backward, after a right forward.

fails: test_layernorm_backward::dx = dx_over_the_batch
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=0, keepdims=True) - x_hat * (d * x_hat).mean(axis=0, keepdims=True)) / sigma
    return dx, dgamma, dbeta
