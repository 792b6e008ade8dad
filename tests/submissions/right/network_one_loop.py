"""One loop for all layers, with the last one as a special case; dropout_forward even at p = 1.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches = {}
        for i in range(self.num_layers):
            k = str(i + 1)
            X, caches["affine" + k] = affine_forward(X, self.params["W" + k], self.params["b" + k])
            if i == self.num_layers - 1:
                break
            if self.use_batchnorm:
                X, caches["norm" + k] = batchnorm_forward(
                    X, self.params["gamma" + k], self.params["beta" + k], self.bn_params[i]
                )
            X, caches["relu" + k] = relu_forward(X)
            X, caches["drop" + k] = dropout_forward(X, self.dropout_param)
        return [X, caches]

    def backward(self, dscores, caches):
        grads = {}
        for i in range(self.num_layers, 0, -1):
            k = str(i)
            if i < self.num_layers:
                dscores = dropout_backward(dscores, caches["drop" + k])
                dscores = relu_backward(dscores, caches["relu" + k])
                if self.use_batchnorm:
                    dscores, grads["gamma" + k], grads["beta" + k] = batchnorm_backward(dscores, caches["norm" + k])
            dscores, grads["W" + k], grads["b" + k] = affine_backward(dscores, caches["affine" + k])
        return grads
