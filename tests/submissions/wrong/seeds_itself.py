"""Seeds NumPy with 0 at every call.

fails: test_dropout_forward::draws_anew_at_each_call = same_mask_every_call
fails: test_dropout_forward::same_seed_same_mask = same_mask_every_call
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        np.random.seed(0)
        mask = (np.random.rand(*x.shape) < p) / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
