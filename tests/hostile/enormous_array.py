"""Rule 3. Returns an array of 4 TB that takes up eight bytes, by strides of zero."""


# cell: dropout_forward
def dropout_forward(x, dropout_param):
    return np.broadcast_to(x.ravel()[:1], (2**20, 2**19)), None
