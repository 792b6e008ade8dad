"""Backward through a graph of small steps, with everything in the cache; the variance is a mean of squares.

passes: all
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param["eps"] if "eps" in ln_param else 1e-5
    mu = np.mean(x, 1).reshape(-1, 1)
    centred = x - mu
    var = np.mean(x**2, 1, keepdims=True) - mu**2
    var = np.maximum(var, 0)
    root = (var + eps) ** 0.5
    inverse = 1 / root
    hat = centred * inverse
    return np.add(gamma * hat, beta), (centred, var, root, inverse, hat, gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    centred, var, root, inverse, hat, gamma = cache
    N, D = dout.shape
    dbeta, dgamma = np.sum(dout, 0), np.sum(dout * hat, 0)
    dhat = dout * gamma
    dinverse = np.sum(dhat * centred, 1, keepdims=True)
    dvar = -0.5 * dinverse * inverse**3
    dcentred = dhat * inverse + 2 * centred * dvar / D
    dx = dcentred - np.sum(dcentred, 1, keepdims=True) / D
    return dx, dgamma, dbeta
