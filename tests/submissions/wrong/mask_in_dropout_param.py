"""Keeps the mask in dropout_param, which all layers of a network share.

fails: test_dropout_backward::each_cache_keeps_its_own_mask = mask_of_another_call
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "train":
        dropout_param["mask"] = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]
        return x * dropout_param["mask"], dropout_param
    return x, dropout_param


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout * cache["mask"] if cache["mode"] == "train" else dout
