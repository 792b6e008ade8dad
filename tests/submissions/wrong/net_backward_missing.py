"""Implements forward but not backward.

fails: test_fc_net_backward::gradient_of_every_parameter
fails: test_fc_net_backward::gradients_without_dropout
fails: test_fc_net_backward::gradients_with_batchnorm
fails: test_fc_net_backward::gradients_through_dropout
fails: test_fc_net_backward::gradients_through_dropout_and_batchnorm
fails: test_fc_net_backward::leaves_the_penalty_to_loss
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
            if self.use_dropout:
                out, drop = dropout_forward(out, self.dropout_param)
            caches.append((fc, bn, relu, drop))
        L = self.num_layers
        scores, last = affine_forward(out, self.params["W%d" % L], self.params["b%d" % L])
        caches.append(last)
        return scores, caches

    def backward(self, dscores, caches):
        raise NotImplementedError()
