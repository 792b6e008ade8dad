"""Composite layers of the student's own, dropout included, in the notebook's namespace.

passes: all
"""

# cell: fc_net
def hidden_forward(x, w, b, norm, dropout_param):
    a, fc = affine_forward(x, w, b)
    n, bn = batchnorm_forward(a, *norm) if norm else (a, None)
    r, relu = relu_forward(n)
    out, drop = dropout_forward(r, dropout_param) if dropout_param else (r, None)
    return out, (fc, bn, relu, drop, bool(dropout_param))


def hidden_backward(dout, cache):
    fc, bn, relu, drop, dropped = cache
    if dropped:
        dout = dropout_backward(dout, drop)
    dout = relu_backward(dout, relu)
    extra = []
    if bn is not None:
        dout, *extra = batchnorm_backward(dout, bn)
    return (*affine_backward(dout, fc), *extra)


class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches, drop = [], self.dropout_param if self.use_dropout else None
        for i in range(1, self.num_layers):
            P = {name: self.params.get(f"{name}{i}") for name in ("W", "b", "gamma", "beta")}
            norm = (P["gamma"], P["beta"], self.bn_params[i - 1]) if self.use_batchnorm else ()
            X, cache = hidden_forward(X, P["W"], P["b"], norm, drop)
            caches.append(cache)
        scores, cache = affine_forward(X, self.params[f"W{self.num_layers}"], self.params[f"b{self.num_layers}"])
        return scores, caches + [cache]

    def backward(self, dscores, caches):
        *caches, last = caches
        grads = {}
        L = self.num_layers
        dX, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, last)
        for i in range(L - 1, 0, -1):
            dX, *rest = hidden_backward(dX, caches[i - 1])
            grads.update({f"{n}{i}": g for n, g in zip(["W", "b", "gamma", "beta"], rest)})
        grads["note"] = np.array(0)
        return grads
