"""Optional arguments, aliases and a decorator around the functions asked for.

passes: all
"""

# cell: dropout_forward
import functools


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@traced
def dropout_forward(x, dropout_param, verbose=False):
    keep_prob = float(dropout_param["p"])
    if dropout_param["mode"].lower() == "train":
        rs = np.random.RandomState(dropout_param["seed"] if "seed" in dropout_param else None)
        noise = rs.rand(*x.shape)
        drop = noise >= keep_prob
        out = np.array(x, copy=True)
        out[drop] = 0
        out = out / keep_prob
        return out, (drop, keep_prob, "train")
    return np.array(x), (None, keep_prob, "test")


# cell: dropout_backward
@traced
def dropout_backward(dout, cache):
    drop, keep_prob, mode = cache
    if mode == "test":
        return dout
    dx = np.array(dout)
    dx[drop] = 0
    return dx / keep_prob
