"""Keeps the last mask in a global variable.

fails: test_dropout_backward::each_cache_keeps_its_own_mask = mask_of_another_call
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    global last_mask
    last_mask = np.ones(x.shape)
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "train":
        last_mask = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]
    return x * last_mask, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout * last_mask
