"""Keeps what backward needs in a global variable.

fails: test_layernorm_backward::each_cache_keeps_its_own_call = cache_of_another_call
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    global latest
    latest = (x_hat, sigma, gamma)
    return gamma * x_hat + beta, ()


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = latest
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
