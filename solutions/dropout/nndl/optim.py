"""Update rules: each takes a parameter, its gradient and its settings, and makes one step.

Every rule is called as `next_w, config = rule(w, dw, config)`. It works **in place**: w itself is
changed and returned as next_w, because a copy of the weights at every step would cost more than
the step. What a rule remembers between steps (a velocity, moments) it keeps in config, in the
precision of w. The gradient is never changed. Every rule treats each entry of w by itself, so a
large w may be stepped in parts, each with a config of its own, as the Solver does.
"""

import math

import numpy as np

from nndl._checks import check_number, check_shape

_FRACTIONS = {"momentum", "decay_rate", "beta1", "beta2"}  # how much of a memory a step leaves in place


def sgd(w, dw, config=None):
    """Step against the gradient: w -= learning_rate * dw.

    Parameters
    ----------
    w : ndarray, any shape
        Changed in place.
    dw : ndarray, same shape as w
    config : dict, optional
        learning_rate : float, default 1e-2.

    Returns
    -------
    next_w : ndarray
        w itself.
    config : dict

    Raises
    ------
    ValueError
        If dw has another shape than w, or a setting is unknown or not a number of 0 or above. The
        same holds for every rule here.
    """
    config = _settings("sgd", w, dw, config, {"learning_rate": 1e-2})
    w -= config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    """Step along a velocity: v = momentum * v - learning_rate * dw, then w += v.

    Parameters
    ----------
    w : ndarray, any shape
        Changed in place.
    dw : ndarray, same shape as w
    config : dict, optional
        learning_rate : float, default 1e-2.
        momentum : float, default 0.9; 0 gives sgd.
        velocity : ndarray, same shape as w; kept here.

    Returns
    -------
    next_w : ndarray
        w itself.
    config : dict
    """
    config = _settings("sgd_momentum", w, dw, config, {"learning_rate": 1e-2, "momentum": 0.9}, ["velocity"])
    v = config["velocity"]
    v *= config["momentum"]
    v -= config["learning_rate"] * dw
    w += v
    return w, config


def sgd_nesterov(w, dw, config=None):
    """Step along a velocity that looks ahead.

    v as in sgd_momentum, then w += momentum * v - learning_rate * dw. Source: Bengio et al.,
    "Advances in Optimizing Recurrent Networks" (2012), section 3.5, where w stands for the point
    looked ahead to.

    Parameters
    ----------
    w : ndarray, any shape
        Changed in place.
    dw : ndarray, same shape as w
    config : dict, optional
        learning_rate : float, default 1e-2.
        momentum : float, default 0.9.
        velocity : ndarray, same shape as w; kept here.

    Returns
    -------
    next_w : ndarray
        w itself.
    config : dict
    """
    config = _settings("sgd_nesterov", w, dw, config, {"learning_rate": 1e-2, "momentum": 0.9}, ["velocity"])
    v = config["velocity"]
    step = config["learning_rate"] * dw
    v *= config["momentum"]
    v -= step
    w += config["momentum"] * v
    w -= step
    return w, config


def rmsprop(w, dw, config=None):
    """Divide each entry's step by a running average of its size.

    cache = decay_rate * cache + (1 - decay_rate) * dw**2, then
    w -= learning_rate * dw / (sqrt(cache) + epsilon). Source: Tieleman and Hinton, Coursera
    "Neural Networks for Machine Learning" (2012), lecture 6.5.

    Parameters
    ----------
    w : ndarray, any shape
        Changed in place.
    dw : ndarray, same shape as w
    config : dict, optional
        learning_rate : float, default 1e-2.
        decay_rate : float, default 0.99.
        epsilon : float, default 1e-8; keeps the division finite.
        cache : ndarray, same shape as w; kept here.

    Returns
    -------
    next_w : ndarray
        w itself.
    config : dict
    """
    defaults = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}
    config = _settings("rmsprop", w, dw, config, defaults, ["cache"])
    cache, decay_rate = config["cache"], config["decay_rate"]
    cache *= decay_rate
    cache += (1 - decay_rate) * dw**2
    w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w, config


def adam(w, dw, config=None):
    """Divide a running average of the gradient by one of its size, both corrected for their start at 0.

    m = beta1 * m + (1 - beta1) * dw and v = beta2 * v + (1 - beta2) * dw**2, then
    w -= learning_rate * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon).
    Source: Kingma and Ba, "Adam" (2015), Algorithm 1. Both corrections are numbers, so the code
    applies them to the learning rate and to epsilon instead of to m and v, as the end of the
    paper's section 2 suggests: the step is the same, with two divisions of arrays fewer.

    Parameters
    ----------
    w : ndarray, any shape
        Changed in place.
    dw : ndarray, same shape as w
    config : dict, optional
        learning_rate : float, default 1e-3.
        beta1, beta2 : float, below 1, default 0.9 and 0.999.
        epsilon : float, default 1e-8; keeps the division finite.
        m, v : ndarray, same shape as w; kept here.
        t : int, the steps made; kept here.

    Returns
    -------
    next_w : ndarray
        w itself.
    config : dict
    """
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = _settings("adam", w, dw, config, defaults, ["m", "v"])
    m, v, beta1, beta2 = config["m"], config["v"], config["beta1"], config["beta2"]
    t = config["t"] = int(config["t"]) + 1
    correction = math.sqrt(1 - beta2**t)
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * dw**2
    rate = config["learning_rate"] * correction / (1 - beta1**t)
    w -= rate * (m / (np.sqrt(v) + config["epsilon"] * correction))
    return w, config


def _settings(rule, w, dw, config, defaults, memory=()):
    """Check one step's arguments and return its config, with defaults and zeroed memory filled in."""
    check_shape("dw", dw, w.shape, "the shape of w")
    config = {} if config is None else config
    unknown = sorted(set(config) - set(defaults) - set(memory))
    if unknown:
        known = ", ".join([*defaults, *memory])
        raise ValueError(f"{rule} has no setting {', '.join(unknown)}, expected some of {known}")
    for name, default in defaults.items():
        config[name] = check_number(config.get(name, default), f"config[{name!r}]")
        if name in _FRACTIONS and config[name] >= 1:
            raise ValueError(f"config[{name!r}] is {config[name]}, expected a number from 0 to below 1")
    for name in memory:
        if name not in config:
            config[name] = np.zeros_like(w)
        check_shape(f"config[{name!r}]", config[name], w.shape, "the shape of w")
    return config
