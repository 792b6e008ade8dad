"""Creates one generator from the first seed, and keeps drawing from it.

fails: test_dropout_forward::same_seed_same_mask = seed_ignored
"""

# cell: dropout_forward
GENERATORS = {}


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    seed = dropout_param.get("seed")
    rng = GENERATORS.setdefault(seed, np.random.default_rng(seed))
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
