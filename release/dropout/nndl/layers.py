"""Layers as pairs of functions: forward returns (out, cache), backward turns (dout, cache) into gradients.

In every function N is the number of examples in the batch. Arrays keep their precision: float32
in, float32 out.
"""

import numpy as np

from nndl._checks import check_affine, check_batchnorm, check_labels, check_mode, check_shape


def affine_forward(x, w, b):
    """Compute the affine map out = x w + b.

    Parameters
    ----------
    x : ndarray, shape (N, d_1, ..., d_k)
        Each example is flattened to a row of D = d_1 * ... * d_k features.
    w : ndarray, shape (D, M)
    b : ndarray, shape (M,)

    Returns
    -------
    out : ndarray, shape (N, M), dtype of w
    cache : tuple (x, w, b)

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """
    check_affine(x, w, b)
    out = _as_rows(x, w) @ w  # (N, D) @ (D, M) -> (N, M)
    out += b
    return out, (x, w, b)


def affine_backward(dout, cache, needs_dx=True):
    """Compute the gradients of an affine map.

    Parameters
    ----------
    dout : ndarray, shape (N, M)
    cache : tuple (x, w, b), from affine_forward
    needs_dx : bool
        False for a network's first layer, whose x is data that no gradient is asked for: that saves a third
        of this layer's matrix products.

    Returns
    -------
    dx : ndarray, same shape as x, or None where it is not needed
    dw : ndarray, shape (D, M)
    db : ndarray, shape (M,)

    Raises
    ------
    ValueError
        If dout is not (N, M).
    """
    x, w, b = cache
    check_shape("dout", dout, (len(x), w.shape[1]), "the shape of this layer's output")
    dout = dout.astype(w.dtype, copy=False)
    # (N, M) @ (M, D) -> (N, D) -> (N, d_1, ..., d_k)
    dx = (dout @ w.T).reshape(x.shape) if needs_dx else None
    dw = _as_rows(x, w).T @ dout  # (D, N) @ (N, M) -> (D, M)
    db = dout.sum(axis=0)  # (N, M) -> (M,)
    return dx, dw, db


def _as_rows(x, w):
    """Flatten each example to a row, in the precision of the weights w.

    The precision matters for speed: one float64 array in a float32 network, such as a mask
    drawn by np.random.rand, would make every matrix product after it take twice the time.
    """
    return x.reshape(len(x), len(w)).astype(w.dtype, copy=False)  # (N, d_1, ..., d_k) -> (N, D)


def relu_forward(x):
    """Compute max(x, 0), entry by entry.

    Parameters
    ----------
    x : ndarray, any shape

    Returns
    -------
    out : ndarray, same shape as x
    cache : ndarray
        x itself.
    """
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    """Let the gradient through wherever the input was positive.

    Parameters
    ----------
    dout : ndarray, same shape as x
    cache : ndarray
        x, from relu_forward.

    Returns
    -------
    dx : ndarray, same shape as x

    Raises
    ------
    ValueError
        If dout has another shape than x.
    """
    x = cache
    check_shape("dout", dout, x.shape, "the shape of x")
    return dout * (x > 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each feature over the batch, then scale by gamma and shift by beta.

    While training, the batch's own mean and variance are used, and running averages of both are
    kept: running = momentum * running + (1 - momentum) * batch. At test time the running averages
    stand in for the batch's. Source: Ioffe and Szegedy, "Batch Normalization" (2015), Algorithm 1.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    gamma, beta : ndarray, shape (D,)
    bn_param : dict
        mode : 'train' or 'test'.
        eps : added to the variance so that no division is by zero, default 1e-5.
        momentum : how much of a running average each batch leaves in place, default 0.9.
        running_mean, running_var : ndarray, shape (D,), updated here while training; a layer that
        has seen no batch starts from mean 0 and variance 1.

    Returns
    -------
    out : ndarray, shape (N, D)
    cache : tuple (x_hat, gamma, std, mode)
        x_hat is the normalised x, (N, D); std is the deviation divided by, (D,).

    Raises
    ------
    ValueError
        If the shapes do not fit or the mode is unknown.
    """
    check_batchnorm(x, gamma, beta, bn_param)
    mode = check_mode(bn_param, "bn_param")
    eps = float(bn_param.get("eps", 1e-5))
    running_mean = bn_param.setdefault("running_mean", np.zeros_like(x[0]))
    running_var = bn_param.setdefault("running_var", np.ones_like(x[0]))

    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)  # (N, D) -> (D,)
        momentum = float(bn_param.get("momentum", 0.9))
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, mode)


def batchnorm_backward(dout, cache):
    """Compute the gradients of batch normalisation.

    The batch's mean and variance depend on every row of x, so while training dx loses its own
    mean and its own share along x_hat. At test time the statistics are constants and dx is a
    plain rescaling.

    Parameters
    ----------
    dout : ndarray, shape (N, D)
    cache : tuple (x_hat, gamma, std, mode), from batchnorm_forward

    Returns
    -------
    dx : ndarray, shape (N, D)
    dgamma, dbeta : ndarray, shape (D,)

    Raises
    ------
    ValueError
        If dout is not (N, D).
    """
    x_hat, gamma, std, mode = cache
    check_shape("dout", dout, x_hat.shape, "the shape of x")
    N = len(dout)
    dbeta = np.sum(dout, axis=0)  # (N, D) -> (D,)
    dgamma = np.sum(dout * x_hat, axis=0)  # (N, D) -> (D,)
    if mode == "train":  # x also moves the mean and the standard deviation that it is normalised by
        dout = dout - x_hat * (dgamma / N) - dbeta / N
    dx = gamma / std * dout
    return dx, dgamma, dbeta


def softmax_loss(x, y):
    """Compute the mean cross-entropy of softmax(x) with the labels, and its gradient.

    Parameters
    ----------
    x : ndarray, shape (N, C)
        Scores, one column for each class.
    y : ndarray, shape (N,), whole numbers
        The right class of each row, 0 <= y < C.

    Returns
    -------
    loss : float
        Nats, averaged over the batch.
    dx : ndarray, shape (N, C)

    Raises
    ------
    ValueError
        If the shapes do not fit or a label is out of range.
    """
    check_labels(x, y)
    N = len(x)
    rows = np.arange(N)
    shifted = x - x.max(axis=1, keepdims=True)  # (N, C) - (N, 1): exp cannot overflow, the loss is the same
    dx = np.exp(shifted)
    total = dx.sum(axis=1, keepdims=True)  # (N, C) -> (N, 1)
    loss = np.mean(np.log(total[:, 0]) - shifted[rows, y])
    dx /= total  # now softmax(x)
    dx[rows, y] -= 1
    dx /= N
    return float(loss), dx
