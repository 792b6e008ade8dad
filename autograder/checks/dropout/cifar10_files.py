"""Read CIFAR-10 as its makers publish it: plain bytes (`-bin`) or pickles (`-py`).

Both layouts are six files of 10,000 images, described at https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.dropout.data_error import DataError

BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
IMAGES_PER_FILE = 10_000
SHAPE = (3, 32, 32)  # red, green and blue planes, row by row
PIXELS = 3 * 32 * 32
RECORD_BYTES = 1 + PIXELS  # the label, then the pixels
MAX_PICKLE_BYTES = 64 * 2**20  # the known writers make 31 to 45 MB
REMEDY = "Unpack CIFAR-10 again, or unset CIFAR10_DIR to have it downloaded."


def read_cifar10(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read all 60,000 images.

    Parameters
    ----------
    folder : Path
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
    X = np.empty((len(paths), IMAGES_PER_FILE, *SHAPE), np.uint8)
    y = np.empty((len(paths), IMAGES_PER_FILE), np.int64)
    for i, path in enumerate(paths):
        try:
            pixels, labels = read(path)
        except OSError as error:
            raise DataError(path, f"the file cannot be read ({error})", "a readable file", REMEDY) from error
        X[i] = pixels.reshape(IMAGES_PER_FILE, *SHAPE)  # (10000, 3072) -> (10000, 3, 32, 32)
        y[i] = _checked_labels(path, labels)
    train = len(paths) - 1
    return X[:train].reshape(-1, *SHAPE), y[:train].ravel(), X[train], y[train]


def is_raw(folder: Path) -> bool:
    """Return whether `folder` has at least one file of either layout, complete or not."""
    return any((folder / f"{name}{suffix}").is_file() for name in BATCHES for suffix in (".bin", ""))


def batch_paths(folder: Path) -> list[Path]:
    """Return the paths of the six files in `folder`; raise DataError if one is missing."""
    suffix = ".bin" if any(folder.glob("*_batch*.bin")) else ""
    paths = [folder / f"{name}{suffix}" for name in BATCHES]
    for path in paths:
        if not path.is_file():
            raise DataError(path, "there is no such file", "one of the six files of CIFAR-10", REMEDY)
    return paths


def _read_binary(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (10000, 3072), uint8, and labels (10000,) of one file of plain bytes."""
    size, expected = path.stat().st_size, IMAGES_PER_FILE * RECORD_BYTES
    if size != expected:
        raise DataError(path, f"the file has {size:,} bytes", f"{expected:,}", REMEDY)
    records = np.fromfile(path, np.uint8).reshape(
        IMAGES_PER_FILE, RECORD_BYTES
    )  # (30730000,) -> (10000, 3073)
    return records[:, 1:], records[:, 0]


def _read_pickled(path: Path) -> tuple[np.ndarray, Any]:
    """Return pixels (10000, 3072), uint8, and labels (10000,) of one pickled file."""
    size = path.stat().st_size
    if not IMAGES_PER_FILE * PIXELS < size < MAX_PICKLE_BYTES:
        expected = f"{IMAGES_PER_FILE * PIXELS:,} to {MAX_PICKLE_BYTES:,}"
        raise DataError(path, f"the file has {size:,} bytes", expected, REMEDY)
    try:
        with path.open("rb") as file:
            batch = _ArraysOnly(file, encoding="bytes").load()
        pixels, labels = (batch.get(key, batch.get(key.decode())) for key in (b"data", b"labels"))
    except Exception as error:  # a damaged pickle can raise nearly anything
        found = f"the file cannot be read ({error})"
        raise DataError(path, found, "a pickled dict of data and labels", REMEDY) from error
    if (
        not isinstance(pixels, np.ndarray)
        or pixels.shape != (IMAGES_PER_FILE, PIXELS)
        or pixels.dtype != np.uint8
    ):
        found = f"data is {getattr(pixels, 'dtype', type(pixels).__name__)} {np.shape(pixels)}"
        raise DataError(path, found, f"uint8 ({IMAGES_PER_FILE}, {PIXELS})", REMEDY)
    return pixels, labels


def _checked_labels(path: Path, labels: Any) -> np.ndarray:
    """Return the labels as an array (10000,); raise DataError unless they are whole numbers from 0 to 9."""
    expected = f"{IMAGES_PER_FILE} labels from 0 to 9"
    try:
        array: np.ndarray = np.asarray(labels)
    except ValueError as error:
        raise DataError(path, f"the labels form no array ({error})", expected, REMEDY) from error
    if array.shape != (IMAGES_PER_FILE,) or array.dtype.kind not in "iu":
        raise DataError(path, f"the labels are {array.dtype} {array.shape}", expected, REMEDY)
    if array.min() < 0 or array.max() > 9:
        raise DataError(path, f"the labels run from {array.min()} to {array.max()}", expected, REMEDY)
    return array


class _ArraysOnly(pickle.Unpickler):
    """Unpickle arrays, numbers, text and plain containers; refuse to look up anything else.

    A pickle may name any function of any module and have it called. The few names that the
    published files use are all that is let through.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Return what a pickle may name; raise UnpicklingError for everything else."""
        # What NumPy 1, which wrote the original, calls it
        module = module.replace("numpy.core", "numpy._core")
        if (module, name) == ("_codecs", "encode"):
            return _encode_latin1
        if (module, name) in (
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy._core.multiarray", "_reconstruct"),
        ):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no file of CIFAR-10 needs")


def _encode_latin1(text: str, encoding: str) -> bytes:
    """Encode text as bytes, which is how Python 3 writes bytes into an old pickle."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes text as {encoding!r}")
    return str.encode(text, "latin1")
