"""Defines the model and never trains it."""

# cell: train
model = FullyConnectedNet([100], dropout=0.75)
solver = Solver(model, data, num_epochs=0)
solver.train()
