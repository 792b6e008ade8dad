"""Read CIFAR-10 as its makers publish it: plain bytes (`-bin`) or pickles (`-py`).

Both layouts are six files of 10,000 images, described at https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import pickle
from pathlib import Path

import numpy as np

from utils.data_error import DataError

BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
_IMAGES = 10_000  # in each file
_SHAPE = (3, 32, 32)  # red, green and blue planes, row by row
_PIXELS = 3 * 32 * 32
_RECORD = 1 + _PIXELS  # bytes: the label, then the pixels
_LARGEST_PICKLE = 64 * 2**20  # bytes; the known writers make 31 to 45 MB
_REMEDY = "Unpack CIFAR-10 again, or unset CIFAR10_DIR to have it downloaded."


def read_CIFAR10(folder):
    """Read all 60,000 images.

    Parameters
    ----------
    folder : path
        `cifar-10-batches-bin` or `cifar-10-batches-py`, under any name.

    Returns
    -------
    X_train : ndarray, shape (50000, 3, 32, 32), uint8
    y_train : ndarray, shape (50000,), int64
    X_test : ndarray, shape (10000, 3, 32, 32), uint8
    y_test : ndarray, shape (10000,), int64

    Raises
    ------
    DataError
        If a file is missing, has the wrong size or is malformed.
    """
    paths = batch_paths(folder)
    read = _read_binary if paths[0].suffix == ".bin" else _read_pickled
    X = np.empty((len(paths), _IMAGES, *_SHAPE), np.uint8)
    y = np.empty((len(paths), _IMAGES), np.int64)
    for i, path in enumerate(paths):
        try:
            pixels, labels = read(path)
        except OSError as error:
            raise DataError(path, f"the file cannot be read ({error})", "a readable file", _REMEDY) from error
        X[i] = pixels.reshape(_IMAGES, *_SHAPE)  # (10000, 3072) -> (10000, 3, 32, 32)
        y[i] = _checked_labels(path, labels)
    train = len(paths) - 1
    return X[:train].reshape(-1, *_SHAPE), y[:train].ravel(), X[train], y[train]


def is_raw(folder):
    """Return whether `folder` has at least one file of either layout, complete or not."""
    return any((Path(folder) / f"{name}{suffix}").is_file() for name in BATCHES for suffix in (".bin", ""))


def batch_paths(folder):
    """Return the paths of the six files in `folder`; raise DataError if one is missing."""
    folder = Path(folder)
    suffix = ".bin" if any(folder.glob("*_batch*.bin")) else ""
    paths = [folder / f"{name}{suffix}" for name in BATCHES]
    for path in paths:
        if not path.is_file():
            raise DataError(path, "there is no such file", "one of the six files of CIFAR-10", _REMEDY)
    return paths


def _read_binary(path):
    """Return pixels (10000, 3072), uint8, and labels (10000,) of one file of plain bytes."""
    size, expected = path.stat().st_size, _IMAGES * _RECORD
    if size != expected:
        raise DataError(path, f"the file has {size:,} bytes", f"{expected:,}", _REMEDY)
    records = np.fromfile(path, np.uint8).reshape(_IMAGES, _RECORD)  # (30730000,) -> (10000, 3073)
    return records[:, 1:], records[:, 0]


def _read_pickled(path):
    """Return pixels (10000, 3072), uint8, and labels (10000,) of one pickled file."""
    size = path.stat().st_size
    if not _IMAGES * _PIXELS < size < _LARGEST_PICKLE:
        expected = f"{_IMAGES * _PIXELS:,} to {_LARGEST_PICKLE:,}"
        raise DataError(path, f"the file has {size:,} bytes", expected, _REMEDY)
    try:
        with path.open("rb") as file:
            batch = _ArraysOnly(file, encoding="bytes").load()
        pixels, labels = (batch.get(key, batch.get(key.decode())) for key in (b"data", b"labels"))
    except Exception as error:  # a damaged pickle can raise nearly anything
        found = f"the file cannot be read ({error})"
        raise DataError(path, found, "a pickled dict of data and labels", _REMEDY) from error
    if not isinstance(pixels, np.ndarray) or pixels.shape != (_IMAGES, _PIXELS) or pixels.dtype != np.uint8:
        found = f"data is {getattr(pixels, 'dtype', type(pixels).__name__)} {np.shape(pixels)}"
        raise DataError(path, found, f"uint8 ({_IMAGES}, {_PIXELS})", _REMEDY)
    return pixels, labels


def _checked_labels(path, labels):
    """Return the labels as an array (10000,); raise DataError unless they are whole numbers from 0 to 9."""
    expected = f"{_IMAGES} labels from 0 to 9"
    try:
        labels = np.asarray(labels)
    except ValueError as error:
        raise DataError(path, f"the labels form no array ({error})", expected, _REMEDY) from error
    if labels.shape != (_IMAGES,) or labels.dtype.kind not in "iu":
        raise DataError(path, f"the labels are {labels.dtype} {labels.shape}", expected, _REMEDY)
    if labels.min() < 0 or labels.max() > 9:
        raise DataError(path, f"the labels run from {labels.min()} to {labels.max()}", expected, _REMEDY)
    return labels


class _ArraysOnly(pickle.Unpickler):
    """Unpickle arrays, numbers, text and plain containers; refuse to look up anything else.

    A pickle may name any function of any module and have it called. The few names that the
    published files use are all that is let through.
    """

    def find_class(self, module, name):
        """Return what a pickle may name; raise UnpicklingError for everything else."""
        module = module.replace(
            "numpy.core", "numpy._core"
        )  # what NumPy 1, which wrote the original, calls it
        if (module, name) == ("_codecs", "encode"):
            return _encode_latin1
        if (module, name) in (
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy._core.multiarray", "_reconstruct"),
        ):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no file of CIFAR-10 needs")


def _encode_latin1(text, encoding):
    """Encode text as bytes, which is how Python 3 writes bytes into an old pickle."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes text as {encoding!r}")
    return str.encode(text, "latin1")
