"""Numerical gradients by central differences, to compare with analytic ones."""

import numpy as np


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Estimate the gradient of a scalar function at x, from (f(x + h) - f(x - h)) / 2h for each entry.

    Parameters
    ----------
    f : callable
        Called as f(x), returns a number. It may also read x by itself, as a loss reads the
        parameters of its model: x is changed in place around each call, and restored.
    x : ndarray, any shape, floating
    verbose : bool
        Whether to print each entry's index and derivative.
    h : float
        Half the distance between the two points. 1e-5 suits float64: the error of the formula,
        about h**2, and that of rounding, about 1e-16 / h, are then both below 1e-10.

    Returns
    -------
    grad : ndarray, same shape as x

    Raises
    ------
    ValueError
        If x is not floating, or too coarse for h (float32 with the default h).
    """
    _check_precision(x, h)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        try:
            x[index] = old + h
            above = float(f(x))
            x[index] = old - h
            below = float(f(x))
        finally:
            x[index] = old
        grad[index] = (above - below) / (2 * h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Estimate the gradient of sum(f(x) * df) at x, for a function that returns an array.

    Parameters
    ----------
    f : callable
        Called as f(x), returns an array. It is handed a copy, so it may change its argument; it
        may also return the same buffer each time.
    x : ndarray, any shape, floating
        Never changed.
    df : ndarray, same shape as f(x)
        The gradient from above, what a backward pass calls dout.
    h : float
        Half the distance between the two points, as in eval_numerical_gradient.

    Returns
    -------
    grad : ndarray, same shape as x

    Raises
    ------
    ValueError
        If x is not floating or too coarse for h, or f(x) has another shape than df.
    """
    _check_precision(x, h)

    def output(index, step):
        moved = x.copy()
        moved[index] += step
        out = np.array(f(moved))  # a copy: the next call may write to the same buffer
        if out.shape != np.shape(df):
            raise ValueError(f"f(x) has shape {out.shape}, expected {np.shape(df)}, the shape of df")
        return out

    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        grad[index] = np.sum((output(index, h) - output(index, -h)) * df) / (2 * h)
    return grad


def rel_error(x, y):
    """Return the largest relative difference, max |x - y| / max(1e-8, |x| + |y|) over all entries.

    Parameters
    ----------
    x, y : ndarray or number, of the same shape

    Returns
    -------
    error : float
        0 where x equals y, 1 where signs differ. Entries below 1e-8 count as zero: down there
        only the rounding of a numerical gradient is left.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if np.shape(x) != np.shape(y):
        raise ValueError(f"x has shape {np.shape(x)}, expected {np.shape(y)}, the shape of y")
    x, y = np.asarray(x), np.asarray(y)
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def _check_precision(x, h):
    """Raise ValueError unless x is a floating array that can tell x + h from x - h well."""
    if not isinstance(x, np.ndarray) or not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"x is {getattr(x, 'dtype', type(x).__name__)}, expected a floating ndarray")
    finest = np.sqrt(np.finfo(x.dtype).eps)  # below this the rounding of x + h exceeds h's own share
    if h < finest:
        raise ValueError(
            f"h is {h} and x is {x.dtype}, expected h of {finest:.1g} or more; use float64 arrays"
        )
