"""Returns the normalised x.

fails: test_layernorm_forward::scales_and_shifts_each_feature = gamma_and_beta_missing
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return x_hat, (x_hat, sigma, gamma)
