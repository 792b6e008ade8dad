"""Rule 3. Returns arrays of a subclass that claims to equal everything."""


# cell: dropout_forward
class Agreeable(np.ndarray):
    __eq__ = __ne__ = __lt__ = __le__ = __ge__ = lambda self, other: np.ones(self.shape, bool)

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __array_finalize__(self, *args):
        pass

    def __reduce__(self):
        return print, ("SPILLED",)


def dropout_forward(x, dropout_param):
    return np.asarray(x).view(Agreeable), None
