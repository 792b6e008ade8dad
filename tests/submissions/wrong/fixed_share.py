"""Keeps exactly a fraction p of the units, chosen by a permutation.

fails: test_dropout_forward::decides_for_each_unit_alone = fixed_number_kept
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.zeros(x.size)
        mask[np.random.permutation(x.size)[: int(round(p * x.size))]] = 1 / p
        mask = mask.reshape(x.shape)
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
