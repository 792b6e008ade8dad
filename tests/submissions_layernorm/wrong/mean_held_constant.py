"""Omits the gradient through the mean.

fails: test_layernorm_backward::dx = mean_held_constant
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
