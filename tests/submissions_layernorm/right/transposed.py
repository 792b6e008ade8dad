"""Transposes x, as if starting from batch normalisation.

passes: all
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    xT = x.T
    mu, var = xT.mean(axis=0), xT.var(axis=0)
    sigma = np.sqrt(var + ln_param.get("eps", 1e-5))
    hat = ((xT - mu) / sigma).T
    return hat * gamma + beta, {"hat": hat, "sigma": sigma, "gamma": gamma}


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    hat, sigma, D = cache["hat"], cache["sigma"], dout.shape[1]
    g = (dout * cache["gamma"]).T
    dx = (D * g - g.sum(axis=0) - hat.T * (g * hat.T).sum(axis=0)) / (D * sigma)
    return dx.T, np.einsum("nd,nd->d", dout, hat), np.einsum("nd->d", dout)
