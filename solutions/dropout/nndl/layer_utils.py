"""Layers that are often used one after the other, as one forward and one backward function."""

from nndl.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    relu_backward,
    relu_forward,
)


def affine_relu_forward(x, w, b):
    """Apply an affine map, then ReLU.

    Parameters
    ----------
    x : ndarray, shape (N, d_1, ..., d_k)
    w : ndarray, shape (D, M), where D = d_1 * ... * d_k
    b : ndarray, shape (M,)

    Returns
    -------
    out : ndarray, shape (N, M)
    cache : tuple
        The caches of the affine layer and of ReLU.
    """
    a, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache, needs_dx=True):
    """Go back through ReLU, then the affine map.

    Parameters
    ----------
    dout : ndarray, shape (N, M)
    cache : tuple, from affine_relu_forward
    needs_dx : bool, as for affine_backward

    Returns
    -------
    dx : ndarray, same shape as x, or None where it is not needed
    dw : ndarray, shape (D, M)
    db : ndarray, shape (M,)
    """
    affine_cache, relu_cache = cache
    da = relu_backward(dout, relu_cache)
    return affine_backward(da, affine_cache, needs_dx)


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    """Apply an affine map, then batch normalisation, then ReLU.

    Parameters
    ----------
    x : ndarray, shape (N, d_1, ..., d_k)
    w : ndarray, shape (D, M), where D = d_1 * ... * d_k
    b, gamma, beta : ndarray, shape (M,)
    bn_param : dict, as for batchnorm_forward

    Returns
    -------
    out : ndarray, shape (N, M)
    cache : tuple
        The caches of the affine layer, of batch normalisation and of ReLU.
    """
    a, affine_cache = affine_forward(x, w, b)
    normalised, batchnorm_cache = batchnorm_forward(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalised)
    return out, (affine_cache, batchnorm_cache, relu_cache)


def affine_batchnorm_relu_backward(dout, cache, needs_dx=True):
    """Go back through ReLU, then batch normalisation, then the affine map.

    Parameters
    ----------
    dout : ndarray, shape (N, M)
    cache : tuple, from affine_batchnorm_relu_forward
    needs_dx : bool, as for affine_backward

    Returns
    -------
    dx : ndarray, same shape as x, or None where it is not needed
    dw : ndarray, shape (D, M)
    db, dgamma, dbeta : ndarray, shape (M,)
    """
    affine_cache, batchnorm_cache, relu_cache = cache
    dnormalised = relu_backward(dout, relu_cache)
    da, dgamma, dbeta = batchnorm_backward(dnormalised, batchnorm_cache)
    dx, dw, db = affine_backward(da, affine_cache, needs_dx)
    return dx, dw, db, dgamma, dbeta
