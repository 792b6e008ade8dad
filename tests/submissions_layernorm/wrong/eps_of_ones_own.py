"""Never reads ln_param.

fails: test_layernorm_forward::adds_eps_to_the_variance = eps_ignored
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = 1e-5
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return gamma * x_hat + beta, (x_hat, sigma, gamma)
