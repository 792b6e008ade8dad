"""What is raised where CIFAR-10 cannot be used as it is."""


class DataError(RuntimeError):
    """Say which file or folder is at fault, what is there, what should be, and what to do.

    Attributes
    ----------
    path : str
    found, expected, remedy : str
    """

    def __init__(self, path, found, expected, remedy):
        super().__init__(f"{path}: {found}, expected {expected}. {remedy}")
        self.path = str(path)
        self.found = found
        self.expected = expected
        self.remedy = remedy


class DataNotFoundError(DataError):
    """Say that CIFAR-10 is nowhere on this machine, and that no download was wanted."""
