"""Creates the model and never trains it.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
model = FullyConnectedNet([30, 20], dropout=0.75, use_batchnorm=True)
solver = Solver(model, data, num_epochs=3, verbose=False)
