"""Right, and written as few people would: integer masks, dropout by hand, a generator of its own."""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, {}
    rng = np.random.default_rng(dropout_param.get("seed", np.random.randint(2**31)))
    kept = rng.binomial(1, dropout_param["p"], size=x.shape)
    return np.where(kept == 1, x / dropout_param["p"], 0), {"kept": kept, "p": dropout_param["p"]}


# cell: dropout_backward
def dropout_backward(dout, cache):
    if not cache:
        return dout
    dx = dout / cache["p"]
    dx[cache["kept"] == 0] = 0
    return dx
