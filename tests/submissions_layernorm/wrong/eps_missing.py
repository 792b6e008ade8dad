"""Divides by the deviation without eps; backward matches.

fails: test_layernorm_forward::adds_eps_to_the_variance = eps_missing
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True))
    x_hat = (x - mean) / sigma
    return gamma * x_hat + beta, (x_hat, sigma, gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
