"""Rule 4. Returns an ever-growing cache, which the kernel must keep for the checks."""

# cell: dropout_forward
kept = []


def dropout_forward(x, dropout_param):
    kept.append(np.ones((8_000_000,)))
    return x, kept
