"""A network with no batchnorm that has hardly learned.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
model = FullyConnectedNet([30], dropout=0.5, weight_scale=1e-4)
solver = Solver(model, data, num_epochs=0, verbose=False)
solver.train()
