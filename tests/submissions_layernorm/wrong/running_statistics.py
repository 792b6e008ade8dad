"""Normalises with running averages that it keeps from call to call.

fails: test_layernorm_forward::normalises_each_example
fails: test_layernorm_forward::scales_and_shifts_each_feature
fails: test_layernorm_forward::adds_eps_to_the_variance
fails: test_layernorm_forward::each_example_stands_alone = keeps_running_statistics
fails: test_layernorm_forward::takes_any_shape
fails: test_layernorm_backward::dgamma
fails: test_layernorm_backward::dx
fails: test_layernorm_backward::each_cache_keeps_its_own_call = keeps_running_statistics
"""

# cell: layernorm_forward
running = {"mean": 0.0, "var": 1.0}


def layernorm_forward(x, gamma, beta, ln_param):
    running["mean"] = 0.9 * running["mean"] + 0.1 * x.mean()
    running["var"] = 0.9 * running["var"] + 0.1 * x.var()
    sigma = np.sqrt(running["var"] + ln_param.get("eps", 1e-5))
    x_hat = (x - running["mean"]) / sigma
    return gamma * x_hat + beta, (x_hat, np.full((len(x), 1), sigma), gamma)


# cell: layernorm_backward
def layernorm_backward(dout, cache):
    x_hat, sigma, gamma = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / sigma
    return dx, dgamma, dbeta
