"""Writes dropout by hand, and multiplies survivors by p.

fails: test_fc_net_forward::drops_after_the_hidden_layer = scaled_by_p
fails: test_fc_net_forward::drops_after_every_hidden_layer = scaled_by_p
fails: test_fc_net_forward::drops_with_batchnorm = scaled_by_p
"""

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
            if self.use_dropout and self.dropout_param["mode"] == "train":
                p = self.dropout_param["p"]
                drop = (np.random.rand(*out.shape) < p) * p
                out = out * drop
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
            if drop is not None:
                dout = dout * drop
            dout = relu_backward(dout, relu)
            if self.use_batchnorm:
                dout, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(dout, bn)
            dout, grads["W%d" % i], grads["b%d" % i] = affine_backward(dout, fc)
        return grads
