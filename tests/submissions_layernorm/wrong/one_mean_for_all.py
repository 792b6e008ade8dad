"""Takes one mean and one variance of the whole array.

fails: test_layernorm_forward::normalises_each_example = normalises_everything
fails: test_layernorm_forward::adds_eps_to_the_variance = normalises_everything
fails: test_layernorm_forward::each_example_stands_alone = normalises_everything
fails: test_layernorm_backward::dx
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=None, keepdims=True)
    sigma = np.sqrt(x.var() + eps)
    x_hat = (x - mean) / sigma
    return gamma * x_hat + beta, (x_hat, sigma, gamma)
