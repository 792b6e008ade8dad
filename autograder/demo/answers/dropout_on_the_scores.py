"""Drops the output scores too."""

# cell: fc_net
class FullyConnectedNet(FullyConnectedNetBase):
    def forward(self, X):
        caches, out = [], X
        for i in range(1, self.num_layers + 1):
            out, fc = affine_forward(out, self.params[f"W{i}"], self.params[f"b{i}"])
            bn = relu = None
            if i < self.num_layers:
                if self.use_batchnorm:
                    gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                    out, bn = batchnorm_forward(out, gamma, beta, self.bn_params[i - 1])
                out, relu = relu_forward(out)
            out, drop = dropout_forward(out, self.dropout_param)
            caches.append((fc, bn, relu, drop))
        return out, caches

    def backward(self, dscores, caches):
        grads, dout = {}, dscores
        for i in range(self.num_layers, 0, -1):
            fc, bn, relu, drop = caches[i - 1]
            dout = dropout_backward(dout, drop)
            if relu is not None:
                dout = relu_backward(dout, relu)
            if bn is not None:
                dout, grads[f"gamma{i}"], grads[f"beta{i}"] = batchnorm_backward(dout, bn)
            dout, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dout, fc)
        return grads
