"""Dropout between batchnorm and ReLU, which is the same function.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches = []
        for i in range(1, self.num_layers):
            X, fc = affine_forward(X, self.params[f"W{i}"], self.params[f"b{i}"])
            bn = drop = None
            if self.use_batchnorm:
                X, bn = batchnorm_forward(X, self.params[f"gamma{i}"], self.params[f"beta{i}"], self.bn_params[i - 1])
            if self.use_dropout:
                X, drop = dropout_forward(X, self.dropout_param)
            X, relu = relu_forward(X)
            caches.append((fc, bn, drop, relu))
        X, fc = affine_forward(X, self.params[f"W{self.num_layers}"], self.params[f"b{self.num_layers}"])
        return X, (caches, fc)

    def backward(self, dscores, caches):
        hidden, last = caches
        grads = {}
        d, grads[f"W{self.num_layers}"], grads[f"b{self.num_layers}"] = affine_backward(dscores, last)
        for i, (fc, bn, drop, relu) in reversed(list(enumerate(hidden, 1))):
            d = relu_backward(d, relu)
            if drop is not None or self.use_dropout:
                d = dropout_backward(d, drop)
            if bn is not None:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(d, bn)
            d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, fc)
        return grads
