"""Forward scales the survivors, backward forgets to."""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = np.random.rand(*x.shape) < p
    out = x * mask / p if mode == "train" else x
    return out, (mode, mask)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, mask = cache
    return dout * mask if mode == "train" else dout
