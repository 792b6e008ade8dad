"""A match statement, a helper with keyword-only arguments, bytes as the mask.

passes: all
"""

# cell: dropout_forward
def _draw(shape, *, p, seed=None):
    generator = np.random.Generator(np.random.PCG64(seed))
    return (generator.random(shape, dtype=np.float32) < np.float32(p)).astype(np.uint8)


def dropout_forward(x, dropout_param):
    match dropout_param:
        case {"mode": "train", "p": p}:
            mask = _draw(x.shape, p=p, seed=dropout_param.get("seed"))
            return x * (mask / p), (mask, p)
        case _:
            return x, (np.uint8(1), 1.0)


# cell: dropout_backward
def dropout_backward(dout, cache):
    mask, p = cache
    return dout * (mask / p)
