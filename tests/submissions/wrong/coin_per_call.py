"""One draw for the whole array.

fails: test_dropout_forward::keeps_a_fraction_p = one_coin_per_call
fails: test_dropout_forward::decides_for_each_unit_alone = one_coin_per_call
fails: test_dropout_forward::draws_anew_at_each_call = one_coin_per_call
fails: test_dropout_forward::same_seed_same_mask = one_coin_per_call
fails: test_dropout_forward::takes_any_shape
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.ones(x.shape) * (np.random.rand() < p) / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
