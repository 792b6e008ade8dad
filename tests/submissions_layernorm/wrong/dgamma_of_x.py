"""Multiplies dout by x instead of the normalised x.

fails: test_layernorm_backward::dgamma = dgamma_of_x
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return gamma * x_hat + beta, (x_hat, sigma, gamma, x)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma, x = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
