"""Takes p as the probability of dropping; 1 / (1 - p) in Python raises at p = 1.

fails: test_dropout_forward::outputs_are_zero_or_x_over_p = keep_and_drop_swapped
fails: test_dropout_forward::keeps_a_fraction_p = keep_and_drop_swapped
fails: test_dropout_forward::p_of_one_keeps_all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        scale = 1.0 / (1.0 - p)
        mask = np.random.binomial(1, 1 - p, x.shape) * scale
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
