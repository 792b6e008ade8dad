"""Multiplies dout by the output instead of the normalised x.

fails: test_layernorm_backward::dgamma = dgamma_of_out
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    out = gamma * x_hat + beta
    return out, (x_hat, sigma, gamma, out)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma, out = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * out).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
