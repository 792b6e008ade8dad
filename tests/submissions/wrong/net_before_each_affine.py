"""Applies dropout to the input of each hidden affine layer: to X instead of the last hidden layer.

fails: test_fc_net_forward::drops_after_the_hidden_layer = dropout_on_the_input
fails: test_fc_net_forward::drops_after_every_hidden_layer = dropout_on_the_input
fails: test_fc_net_forward::drops_with_batchnorm = dropout_on_the_input
fails: test_fc_net_forward::keeps_a_fraction_p = dropout_on_the_input
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches, out = [], X
        for i in range(1, self.num_layers):
            drop = None
            if self.use_dropout:
                out, drop = dropout_forward(out, self.dropout_param)
            out, fc = affine_forward(out, self.params["W%d" % i], self.params["b%d" % i])
            bn = None
            if self.use_batchnorm:
                gamma, beta = self.params["gamma%d" % i], self.params["beta%d" % i]
                out, bn = batchnorm_forward(out, gamma, beta, self.bn_params[i - 1])
            out, relu = relu_forward(out)
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
            dout = relu_backward(dout, relu)
            if self.use_batchnorm:
                dout, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(dout, bn)
            dout, grads["W%d" % i], grads["b%d" % i] = affine_backward(dout, fc)
            if self.use_dropout:
                dout = dropout_backward(dout, drop)
        return grads
