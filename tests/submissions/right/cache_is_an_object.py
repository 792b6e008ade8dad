"""A small class of the student's own holds the mask.

passes: all
"""

# cell: dropout_forward
class Memory:
    def __init__(self, mask, scale, active):
        self.mask, self.scale, self.active = mask, scale, active


def dropout_forward(x, dropout_param):
    active = dropout_param["mode"] == "train"
    rng = np.random.default_rng(dropout_param["seed"]) if "seed" in dropout_param else np.random.default_rng()
    memory = Memory(rng.uniform(0, 1, x.shape) <= dropout_param["p"], 1 / dropout_param["p"], active)
    return (memory.scale * memory.mask * x if active else x), memory


# cell: dropout_backward
def dropout_backward(dout, cache):
    return cache.scale * cache.mask * dout if cache.active else dout
