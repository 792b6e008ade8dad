"""Leaves the class unchanged.

fails: test_fc_net_forward::scores_without_dropout
fails: test_fc_net_forward::takes_images
fails: test_fc_net_forward::batchnorm_while_training
fails: test_fc_net_forward::batchnorm_at_test_time
fails: test_fc_net_forward::drops_after_the_hidden_layer
fails: test_fc_net_forward::drops_after_every_hidden_layer
fails: test_fc_net_forward::drops_with_batchnorm
fails: test_fc_net_forward::keeps_a_fraction_p
fails: test_fc_net_forward::drops_nothing_at_test_time
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
        # YOUR CODE HERE
        raise NotImplementedError()

    def backward(self, dscores, caches):
        # YOUR CODE HERE
        raise NotImplementedError()
