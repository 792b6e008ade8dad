"""Prints on stdout and stderr, and still contains debugging code.

passes: all
"""

# cell: dropout_forward
import sys
import warnings


def dropout_forward(x, dropout_param):
    print("dropout_forward", x.shape, dropout_param)
    warnings.warn("just so you know")
    p = dropout_param["p"]
    mask = np.ones(x.shape) * p
    if dropout_param["mode"] == "train":
        if "seed" in dropout_param.keys():
            np.random.seed(dropout_param["seed"])
        mask = np.random.rand(*x.shape) < p
    print("kept", mask.mean(), file=sys.stderr)
    return x * mask / p, (mask, p)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mask, p = cache
    print(mask[0], file=sys.stderr)
    return dout * mask / p
