"""Multiplies dout by out instead of by the mask.

fails: test_dropout_backward::dx_is_dout_times_what_forward_multiplied_by
fails: test_dropout_backward::zeros_in_x_pass_gradients_too = mask_from_the_output
fails: test_dropout_backward::p_of_one_passes_dout_through
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        out = x * (np.random.rand(*x.shape) < p) / p
        return out, (mode, out)
    return x, (mode, x)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mode, out = cache
    return dout * out if mode == "train" else dout
