"""Uses the zeros of out as the mask.

fails: test_dropout_backward::zeros_in_x_pass_gradients_too = mask_from_the_output
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = np.random.rand(*x.shape) < p
        out = x * mask / p
        return out, (mode, p, out)
    return x, (mode, p, x)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, p, out = cache
    return dout * (out != 0) / p if mode == "train" else dout
