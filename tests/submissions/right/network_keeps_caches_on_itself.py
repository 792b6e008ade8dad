"""Stores its caches on self and passes None to backward.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.memory = []

    def forward(self, X):
        self.memory = []
        for i in range(1, self.num_layers):
            w, b = self.params[f"W{i}"], self.params[f"b{i}"]
            if self.use_batchnorm:
                X, c = affine_batchnorm_relu_forward(
                    X, w, b, self.params[f"gamma{i}"], self.params[f"beta{i}"], self.bn_params[i - 1]
                )
            else:
                X, c = affine_relu_forward(X, w, b)
            d = None
            if self.use_dropout:
                X, d = dropout_forward(X, self.dropout_param)
            self.memory.append((c, d))
        X, self.last = affine_forward(X, self.params[f"W{self.num_layers}"], self.params[f"b{self.num_layers}"])
        return X, None

    def backward(self, dscores, caches):
        g = {}
        L = self.num_layers
        dx, g[f"W{L}"], g[f"b{L}"] = affine_backward(dscores, self.last)
        for i in range(L - 1, 0, -1):
            c, d = self.memory[i - 1]
            if self.use_dropout:
                dx = dropout_backward(dx, d)
            if self.use_batchnorm:
                dx, g[f"W{i}"], g[f"b{i}"], g[f"gamma{i}"], g[f"beta{i}"] = affine_batchnorm_relu_backward(dx, c)
            else:
                dx, g[f"W{i}"], g[f"b{i}"] = affine_relu_backward(dx, c)
        return g
