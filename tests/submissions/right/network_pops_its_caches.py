"""The caches are a stack, which backward empties.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        stack = []

        def step(result):
            stack.append(result[1])
            return result[0]

        P = self.params
        for i in range(1, self.num_layers):
            X = step(affine_forward(X, P[f"W{i}"], P[f"b{i}"]))
            if self.use_batchnorm:
                X = step(batchnorm_forward(X, P[f"gamma{i}"], P[f"beta{i}"], self.bn_params[i - 1]))
            X = step(relu_forward(X))
            if self.use_dropout:
                X = step(dropout_forward(X, self.dropout_param))
        return step(affine_forward(X, P[f"W{i + 1}"], P[f"b{i + 1}"])), stack

    def backward(self, dscores, caches):
        grads, L = {}, self.num_layers
        d, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, caches.pop())
        for i in range(L - 1, 0, -1):
            if self.use_dropout:
                d = dropout_backward(d, caches.pop())
            d = relu_backward(d, caches.pop())
            if self.use_batchnorm:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(d, caches.pop())
            d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, caches.pop())
        return grads
