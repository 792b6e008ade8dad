"""Draws the multipliers themselves, 0 or 1/p, with np.random.choice.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random if "seed" not in dropout_param else np.random.RandomState(dropout_param["seed"])
    mask = rng.choice([0, 1 / p], size=x.shape, p=[1 - p, p])
    return np.multiply(x, mask), mask
