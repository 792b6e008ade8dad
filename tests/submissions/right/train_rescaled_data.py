"""Trains on rescaled images and moves the scale into the weights.

passes: all
"""

# cell: train
scaled = {name: array / 64 if name.startswith("X") else array for name, array in data.items()}
model = FullyConnectedNet([50], dropout=0.9, weight_scale=2e-2)
solver = Solver(model, scaled, num_epochs=2, update_rule="adam", optim_config={"learning_rate": 1e-3}, verbose=False)
solver.train()
model.params["W1"] /= 64
