"""Draws one mask for each shape and reuses it.

fails: test_dropout_forward::draws_anew_at_each_call = same_mask_every_call
fails: test_dropout_forward::same_seed_same_mask = same_mask_every_call
"""

# cell: dropout_forward
MASKS = {}


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    if (x.shape, p) not in MASKS:
        MASKS[x.shape, p] = (np.random.rand(*x.shape) < p) / p
    mask = MASKS[x.shape, p]
    return x * mask, mask


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
