"""A new default_rng at every call, seeded if a seed is given.

passes: all
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    if dropout_param["mode"] == "train":
        keep = rng.random(x.shape) < dropout_param["p"]
        out = np.where(keep, x / dropout_param["p"], 0.0)
    else:
        keep, out = None, x.copy()
    return out, {"keep": keep, "p": dropout_param["p"]}


# cell: dropout_backward
def dropout_backward(dout, cache):
    if cache["keep"] is None:
        return dout.copy()
    return np.where(cache["keep"], dout / cache["p"], 0.0)
