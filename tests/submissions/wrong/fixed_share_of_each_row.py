"""Keeps the same number of units in every row.

fails: test_dropout_forward::decides_for_each_unit_alone = fixed_number_kept
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        flat = np.zeros((x.shape[0], x.size // x.shape[0]))
        for row in flat:
            row[np.random.choice(row.size, int(p * row.size), replace=False)] = 1 / p
        mask = flat.reshape(x.shape)
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
