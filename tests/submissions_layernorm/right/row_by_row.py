"""Loops over the examples, fills arrays in place, prints, and changes dout.

passes: all
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    out, cache = np.empty_like(x), []
    for n in range(len(x)):
        sigma = np.sqrt(np.var(x[n]) + eps)
        hat = (x[n] - np.mean(x[n])) / sigma
        out[n] = gamma * hat + beta
        cache.append((hat, sigma))
    print("rows:", len(x))
    return out, (cache, gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    rows, gamma = cache
    dgamma = sum(dout[n] * hat for n, (hat, _) in enumerate(rows))
    dbeta = sum(dout)
    dout *= gamma
    for n, (hat, sigma) in enumerate(rows):
        dout[n] = (dout[n] - dout[n].mean() - hat * (dout[n] @ hat) / hat.size) / sigma
    return dout, dgamma, dbeta
