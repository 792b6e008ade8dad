"""Leaves the cell of the final training unchanged.

fails: test_accuracy::reaches_55_percent
"""

# cell: train
# YOUR CODE HERE
raise NotImplementedError()
