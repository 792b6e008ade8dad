"""A right answer to the exercise on networks, without dropout, and small networks of its kind."""

import numpy as np
from nndl.fc_net import FullyConnectedNetBase
from nndl.layer_utils import (
    affine_batchnorm_relu_backward,
    affine_batchnorm_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from nndl.layers import affine_backward, affine_forward

N, D, C = 4, 6, 3


class Net(FullyConnectedNetBase):
    """A network without dropout, and the modes that each of its forward passes saw."""

    def forward(self, X):
        self.seen = {param["mode"] for param in [self.dropout_param, *self.bn_params]}
        L, caches = self.num_layers, []
        for i in range(1, L):
            W, b = self.params[f"W{i}"], self.params[f"b{i}"]
            if self.use_batchnorm:
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                X, cache = affine_batchnorm_relu_forward(X, W, b, gamma, beta, self.bn_params[i - 1])
            else:
                X, cache = affine_relu_forward(X, W, b)
            caches.append(cache)
        scores, cache = affine_forward(X, self.params[f"W{L}"], self.params[f"b{L}"])
        return scores, [*caches, cache]

    def backward(self, dscores, caches):
        L, grads = self.num_layers, {}
        dout, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, caches[-1])
        for i in range(L - 1, 0, -1):
            if self.use_batchnorm:
                back = affine_batchnorm_relu_backward(dout, caches[i - 1])
                dout, grads[f"W{i}"], grads[f"b{i}"], grads[f"gamma{i}"], grads[f"beta{i}"] = back
            else:
                dout, grads[f"W{i}"], grads[f"b{i}"] = affine_relu_backward(dout, caches[i - 1])
        return grads


def net(hidden_dims=(5, 4), cls=Net, **settings):
    return cls(hidden_dims, **{"input_dim": D, "num_classes": C, "dtype": np.float64} | settings)
