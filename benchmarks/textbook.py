"""The same network in the style of answers to first courses: the baseline for the lesson's library.

Each formula is on a line of its own, in float64 (the default of NumPy's generators). Every result is a new
array, and the weight penalty is always computed. Nothing is slow on purpose, and nothing is optimised.
"""

import numpy as np

REG = 0.0  # the strength of the weight penalty: none, as in the lesson's final training


def step(X, y, dims, keep, batch, rate):
    """Return a function that trains a network with these layer sizes on one batch."""
    params = _initial(dims)
    moments = {name: {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} for name, w in params.items()}
    running = {f"{what}{i}": 0.0 for i in range(1, len(dims) - 1) for what in ("mean", "var")}

    def train():
        rows = np.random.choice(len(X), batch)
        scores, caches = _forward(X[rows].astype(np.float64), params, running, keep)
        loss, dscores = _softmax_loss(scores, y[rows])
        grads = _backward(dscores, caches, params)
        for i in range(1, len(dims)):
            loss += 0.5 * REG * np.sum(params[f"W{i}"] ** 2)
            grads[f"W{i}"] = grads[f"W{i}"] + REG * params[f"W{i}"]
        for name in params:
            params[name] = _adam(params[name], grads[name], moments[name], rate)
        return loss

    return train


def _initial(dims):
    params = {}
    for i, (D, M) in enumerate(zip(dims, dims[1:], strict=False), start=1):
        params[f"W{i}"] = 4e-2 * np.random.randn(D, M)
        params[f"b{i}"] = np.zeros(M)
        if i < len(dims) - 1:
            params[f"gamma{i}"] = np.ones(M)
            params[f"beta{i}"] = np.zeros(M)
    return params


def _forward(X, params, running, keep):
    h, caches, last = X.reshape(len(X), -1), [], len(params) // 4 + 1
    for i in range(1, last):
        a = h.dot(params[f"W{i}"]) + params[f"b{i}"]
        mean = np.mean(a, axis=0)
        var = np.mean((a - mean) ** 2, axis=0)
        x_hat = (a - mean) / np.sqrt(var + 1e-5)
        running[f"mean{i}"] = 0.9 * running[f"mean{i}"] + 0.1 * mean
        running[f"var{i}"] = 0.9 * running[f"var{i}"] + 0.1 * var
        out = params[f"gamma{i}"] * x_hat + params[f"beta{i}"]
        relu = np.maximum(0, out)
        mask = (np.random.rand(*relu.shape) < keep) / keep
        caches.append((h, a, mean, var, x_hat, out, mask))
        h = relu * mask
    caches.append(h)
    return h.dot(params[f"W{last}"]) + params[f"b{last}"], caches


def _softmax_loss(scores, y):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    probabilities = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    loss = -np.mean(np.log(probabilities[np.arange(len(y)), y]))
    dscores = probabilities.copy()
    dscores[np.arange(len(y)), y] -= 1
    return loss, dscores / len(y)


def _backward(dout, caches, params):
    grads, last = {}, len(caches)
    grads[f"W{last}"] = caches[-1].T.dot(dout)
    grads[f"b{last}"] = np.sum(dout, axis=0)
    dh = dout.dot(params[f"W{last}"].T)
    for i in range(last - 1, 0, -1):
        h, a, mean, var, x_hat, out, mask = caches[i - 1]
        N = len(h)
        dout = dh * mask
        dout = dout * (out > 0)
        grads[f"gamma{i}"] = np.sum(dout * x_hat, axis=0)
        grads[f"beta{i}"] = np.sum(dout, axis=0)
        dx_hat = dout * params[f"gamma{i}"]
        inverse = 1 / np.sqrt(var + 1e-5)
        dvar = np.sum(dx_hat * (a - mean) * -0.5 * inverse**3, axis=0)
        dmean = np.sum(-dx_hat * inverse, axis=0) + dvar * np.mean(-2 * (a - mean), axis=0)
        da = dx_hat * inverse + dvar * 2 * (a - mean) / N + dmean / N
        grads[f"W{i}"] = h.T.dot(da)
        grads[f"b{i}"] = np.sum(da, axis=0)
        dh = da.dot(params[f"W{i}"].T)
    return grads


def _adam(w, dw, state, rate):
    state["t"] += 1
    state["m"] = 0.9 * state["m"] + (1 - 0.9) * dw
    state["v"] = 0.999 * state["v"] + (1 - 0.999) * dw**2
    m_hat = state["m"] / (1 - 0.9 ** state["t"])
    v_hat = state["v"] / (1 - 0.999 ** state["t"])
    return w - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
