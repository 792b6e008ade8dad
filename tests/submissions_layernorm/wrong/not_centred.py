"""Divides without subtracting the mean.

fails: test_layernorm_forward::normalises_each_example = variance_alone
fails: test_layernorm_forward::adds_eps_to_the_variance = variance_alone
fails: test_layernorm_backward::dx
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = x / sigma
    return gamma * x_hat + beta, (x_hat, sigma, gamma)
