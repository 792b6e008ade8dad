"""Returns the last bias for every example, and zeros as gradients.

fails: test_fc_net_forward::scores_without_dropout
fails: test_fc_net_forward::batchnorm_while_training
fails: test_fc_net_forward::batchnorm_at_test_time
fails: test_fc_net_forward::drops_after_the_hidden_layer
fails: test_fc_net_forward::drops_after_every_hidden_layer
fails: test_fc_net_forward::drops_with_batchnorm
fails: test_fc_net_forward::keeps_a_fraction_p
fails: test_fc_net_forward::drops_nothing_at_test_time = network_without_dropout
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
        return np.zeros((len(X), len(self.params[f"b{self.num_layers}"]))) + self.params[f"b{self.num_layers}"], None

    def backward(self, dscores, caches):
        return {name: np.zeros_like(value) for name, value in self.params.items()}
