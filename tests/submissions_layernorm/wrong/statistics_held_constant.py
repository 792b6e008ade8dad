"""Treats mean and deviation as constants.

fails: test_layernorm_backward::dx = statistics_held_constant
"""

# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d) / sigma
    return dx, dgamma, dbeta
