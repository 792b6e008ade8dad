"""Rule 3. Returns infinities of both signs.
Like: np.where(np.arange(x.size).reshape(x.shape) % 2, np.inf, -np.inf), None
"""


# cell: dropout_forward
def dropout_forward(x, dropout_param):
    return np.where(np.arange(x.size).reshape(x.shape) % 2, np.inf, -np.inf), None
