"""Names the model `net`.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
net = FullyConnectedNet([30, 20], dropout=0.75, use_batchnorm=True, weight_scale=2e-2)
solver = Solver(
    net, data, num_epochs=1, batch_size=100, update_rule="adam", optim_config={"learning_rate": 3e-3}, verbose=False
)
solver.train()
