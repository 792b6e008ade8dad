"""Rule 3. Returns containers that lie about their length and never end."""


# cell: dropout_forward
class Endless(tuple):
    def __len__(self):
        return 2

    def __iter__(self):
        while True:
            yield np.zeros((1000, 1000))


def dropout_forward(x, dropout_param):
    return Endless()
