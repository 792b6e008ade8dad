"""A small network with batchnorm and dropout, trained as in the lesson.

passes: all
"""

# cell: train
model = FullyConnectedNet([30, 20], dropout=0.75, use_batchnorm=True, weight_scale=2e-2)
solver = Solver(
    model, data, num_epochs=2, batch_size=100, update_rule="adam", optim_config={"learning_rate": 3e-3}, verbose=False
)
solver.train()
