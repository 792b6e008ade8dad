"""A training loop of the student's own, without a solver.

passes: all
"""

# cell: train
model = FullyConnectedNet([40], dropout=0.8, use_batchnorm=True, weight_scale=2e-2)
for step in range(100):
    batch = np.random.choice(len(data["X_train"]), 100)
    loss, grads = model.loss(data["X_train"][batch], data["y_train"][batch])
    for name, grad in grads.items():
        model.params[name] -= 0.1 * grad
