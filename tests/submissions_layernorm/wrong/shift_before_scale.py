"""Adds beta before it multiplies by gamma.

fails: test_layernorm_forward::scales_and_shifts_each_feature = shift_before_scale
"""

# cell: layernorm_forward
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) / sigma
    return gamma * (x_hat + beta), (x_hat, sigma, gamma)
