"""A model with as many scores as the student needs.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
model = FullyConnectedNet([30], num_classes=2)
solver = None
