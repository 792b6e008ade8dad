"""Rule 3. Returns strings, dates, complex numbers and records, in turn."""

# cell: dropout_forward
kinds = ["U9", "M8[s]", "c16", "V8", "f16", [("a", "f8")], "S3", ">f8"]


def dropout_forward(x, dropout_param):
    kinds.append(kinds.pop(0))
    return np.zeros(x.shape, kinds[0]), None
