"""Another architecture, with names of its own.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
class Linear:
    def __init__(self):
        self.params = {"weight": np.zeros((3072, 10)), "bias": np.zeros(10)}


model = Linear()
solver = None
