"""Each layer returns a function that computes its backward pass.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        grads, ways_back = {}, []

        def affine(X, i):
            X, cache = affine_forward(X, self.params[f"W{i}"], self.params[f"b{i}"])

            def back(d):
                d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, cache)
                return d

            ways_back.append(back)
            return X

        for i in range(1, self.num_layers):
            X = affine(X, i)
            if self.use_batchnorm:
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                X, cache = batchnorm_forward(X, gamma, beta, self.bn_params[i - 1])

                def norm_back(d, cache=cache, i=i):
                    d, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(d, cache)
                    return d

                ways_back.append(norm_back)
            X, cache = relu_forward(X)
            ways_back.append(lambda d, cache=cache: relu_backward(d, cache))
            X, cache = dropout_forward(X, self.dropout_param)
            ways_back.append(lambda d, cache=cache: dropout_backward(d, cache))
        return affine(X, self.num_layers), (ways_back, grads)

    def backward(self, dscores, caches):
        ways_back, grads = caches
        for back in reversed(ways_back):
            dscores = back(dscores)
        return grads
