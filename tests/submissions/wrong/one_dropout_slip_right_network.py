"""A wrong dropout_forward, and a right network that is built on it: the mistake costs points once.

fails: test_dropout_forward::keeps_a_fraction_p = drops_with_probability_p
fails: test_dropout_forward::p_of_one_keeps_all = keep_and_drop_swapped
"""

# cell: dropout_forward
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "train":
        mask = (np.random.rand(*x.shape) >= p) / p
        return x * mask, mask
    return x, None


# cell: dropout_backward
def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache


# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches, out = [], X
        for i in range(1, self.num_layers):
            out, fc = affine_forward(out, self.params["W%d" % i], self.params["b%d" % i])
            bn = drop = None
            if self.use_batchnorm:
                gamma, beta = self.params["gamma%d" % i], self.params["beta%d" % i]
                out, bn = batchnorm_forward(out, gamma, beta, self.bn_params[i - 1])
            out, relu = relu_forward(out)
            if self.use_dropout:
                out, drop = dropout_forward(out, self.dropout_param)
            caches.append((fc, bn, relu, drop))
        L = self.num_layers
        scores, last = affine_forward(out, self.params["W%d" % L], self.params["b%d" % L])
        caches.append(last)
        return scores, caches

    def backward(self, dscores, caches):
        grads, L = {}, self.num_layers
        dout, grads["W%d" % L], grads["b%d" % L] = affine_backward(dscores, caches[-1])
        for i in range(L - 1, 0, -1):
            fc, bn, relu, drop = caches[i - 1]
            if self.use_dropout:
                dout = dropout_backward(dout, drop)
            dout = relu_backward(dout, relu)
            if self.use_batchnorm:
                dout, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(dout, bn)
            dout, grads["W%d" % i], grads["b%d" % i] = affine_backward(dout, fc)
        return grads
