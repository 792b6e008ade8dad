"""A linear classifier in float64 is a fully connected network too.

passes: all
"""

# cell: train
model = FullyConnectedNet([], weight_scale=1e-3, dtype=np.float64)
solver = Solver(model, data, num_epochs=2, optim_config={"learning_rate": 1e-5}, verbose=False)
solver.train()
