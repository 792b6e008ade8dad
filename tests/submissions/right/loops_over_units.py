"""Loops over the units in Python, one draw at a time.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = np.ones(x.shape)
    if mode == "train":
        for i in np.ndindex(x.shape):
            mask[i] = 1 / p if np.random.rand() < p else 0
    return x * mask, mask
