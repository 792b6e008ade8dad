"""A model for images of another size.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
model = FullyConnectedNet([30], input_dim=1024)
solver = None
