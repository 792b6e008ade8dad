"""The network implements dropout itself, without dropout_forward and without a seed.

passes: all
"""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        h = X.reshape(X.shape[0], -1)
        memory = {}
        training = self.dropout_param["mode"] == "train"
        for i in range(1, self.num_layers):
            memory["h", i] = h
            a = h.dot(self.params[f"W{i}"]) + self.params[f"b{i}"]
            if self.use_batchnorm:
                a, memory["bn", i] = batchnorm_forward(
                    a, self.params[f"gamma{i}"], self.params[f"beta{i}"], self.bn_params[i - 1]
                )
            memory["on", i] = a > 0
            h = a * memory["on", i]
            if self.use_dropout and training:
                p = self.dropout_param["p"]
                memory["mask", i] = np.random.binomial(1, p, h.shape) / p
                h = h * memory["mask", i]
        memory["h", self.num_layers] = h
        return h.dot(self.params[f"W{self.num_layers}"]) + self.params[f"b{self.num_layers}"], memory

    def backward(self, dscores, caches):
        grads, da = {}, dscores
        for i in reversed(range(1, self.num_layers + 1)):
            grads[f"W{i}"] = caches["h", i].T.dot(da)
            grads[f"b{i}"] = np.sum(da, axis=0)
            if i == 1:
                break
            da = da.dot(self.params[f"W{i}"].T)
            if ("mask", i - 1) in caches:
                da = da * caches["mask", i - 1]
            da = da * caches["on", i - 1]
            if self.use_batchnorm:
                da, grads[f"gamma{i - 1}"], grads[f"beta{i - 1}"] = batchnorm_backward(da, caches["bn", i - 1])
        return grads
