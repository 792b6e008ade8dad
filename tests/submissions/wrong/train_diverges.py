"""A learning rate so large that the parameters end as NaN.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
model = FullyConnectedNet([30, 20], weight_scale=1.0)
model.params["W1"][:] = np.inf
model.params["b2"][:] = np.nan
solver = Solver(model, data, num_epochs=0, verbose=False)
