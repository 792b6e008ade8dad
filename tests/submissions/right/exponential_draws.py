"""Draws exponential numbers, which are below -log(1 - p) with probability p.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test" or p == 1:
        return x, None
    rng = np.random.default_rng(dropout_param["seed"]) if "seed" in dropout_param else np.random.default_rng()
    mask = (rng.exponential(size=x.shape) < -np.log(1 - p)) / p
    return x * mask, mask
