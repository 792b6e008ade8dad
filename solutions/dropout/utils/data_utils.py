"""Find CIFAR-10 and load it as training, validation and test images, minus the training mean."""

import hashlib
import os
from pathlib import Path

import numpy as np
import platformdirs

from utils.cifar10_download import download_CIFAR10
from utils.cifar10_files import batch_paths, is_raw, read_CIFAR10
from utils.data_error import DataError, DataNotFoundError
from utils.prepared import FORMAT, is_prepared, read_manifest, read_prepared, verify_prepared, write_prepared

__all__ = [
    "DataError",
    "DataNotFoundError",
    "cache_folder",
    "find_CIFAR10",
    "get_CIFAR10_data",
    "is_prepared",
    "mean_image",
    "normalise",
    "read_CIFAR10",
    "read_manifest",
    "read_prepared",
    "split_CIFAR10",
    "verify_prepared",
    "write_prepared",
]

_NUM_TRAIN = 49_000  # of the 50,000 training images; the other 1,000 are for validation
_NUM_TEST = 1_000  # of the 10,000 test images


def get_CIFAR10_data():
    """Load CIFAR-10, minus the mean training image.

    It is looked for as find_CIFAR10 says. The first call on the published files writes the result
    to the user's cache; later calls open it there in a moment, without reading it whole.

    Returns
    -------
    data : dict
        X_train (49000, 3, 32, 32), X_val (1000, 3, 32, 32), X_test (1000, 3, 32, 32) : float32
            Pixels of 0 to 255, minus the mean training image.
        y_train (49000,), y_val (1000,), y_test (1000,) : int64
            Classes, 0 to 9.

        Each call returns new arrays: changing them changes neither the files nor another call's. A
        prepared folder may hold other numbers of images.

    Raises
    ------
    DataError
        If CIFAR-10 cannot be downloaded, or a file is missing, short or malformed.
    """
    folder = find_CIFAR10()
    if not is_prepared(folder):
        prepared = cache_folder() / f"prepared-{_fingerprint(folder)}"
        if not is_prepared(prepared):
            data = split_CIFAR10(*read_CIFAR10(folder))
            try:
                write_prepared(prepared, data, "CIFAR-10")
            except OSError:
                if not is_prepared(prepared):  # which another process may have been first to write
                    return data  # no room or no right to write: this copy serves as well
            del data
        folder = prepared
    return _checked(folder, read_prepared(folder))


def find_CIFAR10(download=True):
    """Return the folder where CIFAR-10 is, prepared or as published.

    Looked at in this order: the folder that the environment variable CIFAR10_DIR names, which is a
    prepared folder, one of the published `cifar-10-batches-bin` and `cifar-10-batches-py`, or a
    folder that holds one of these two; then the user's cache; then it is downloaded there.

    Parameters
    ----------
    download : bool
        Whether to download what is not found.

    Returns
    -------
    folder : Path

    Raises
    ------
    DataError
        If CIFAR10_DIR names a folder without CIFAR-10, or a download fails.
    DataNotFoundError
        If nothing is found and download is False.
    """
    layouts = "a prepared folder, cifar-10-batches-bin or cifar-10-batches-py"
    named = os.environ.get("CIFAR10_DIR")
    if named:
        named = Path(named).expanduser()
        folder = _locate(named)
        if folder is None:
            found = (
                "CIFAR10_DIR names a folder without CIFAR-10" if named.is_dir() else "there is no such folder"
            )
            raise DataError(
                named, found, layouts, "Correct CIFAR10_DIR, or unset it to have CIFAR-10 downloaded."
            )
        return folder
    folder = _locate(cache_folder())
    if folder is None and not download:
        raise DataNotFoundError(
            cache_folder(), "CIFAR-10 is not there", layouts, "Set CIFAR10_DIR, or allow a download."
        )
    return folder or download_CIFAR10(cache_folder())


def cache_folder():
    """Return the folder that keeps downloads and prepared data; all in it can be deleted at any time."""
    return Path(platformdirs.user_cache_dir("nndl"))


def split_CIFAR10(X_train, y_train, X_test, y_test):
    """Split the published images and subtract the mean training image.

    Parameters
    ----------
    X_train, y_train, X_test, y_test : ndarray
        As read_CIFAR10 returns them.

    Returns
    -------
    data : dict
        As get_CIFAR10_data returns it.
    """
    mean = mean_image(X_train[:_NUM_TRAIN])
    splits = {
        "train": (X_train[:_NUM_TRAIN], y_train[:_NUM_TRAIN]),
        "val": (X_train[_NUM_TRAIN:], y_train[_NUM_TRAIN:]),
        "test": (X_test[:_NUM_TEST], y_test[:_NUM_TEST]),
    }
    data = {f"X_{name}": normalise(images, mean) for name, (images, _) in splits.items()}
    return data | {f"y_{name}": labels.copy() for name, (_, labels) in splits.items()}


def mean_image(X_train):
    """Return the mean of images (N, 3, 32, 32), uint8, as (3, 32, 32), float32; the sum is exact."""
    return (X_train.sum(axis=0, dtype=np.int64) / len(X_train)).astype(
        np.float32
    )  # (N, 3, 32, 32) -> (3, 32, 32)


def normalise(images, mean):
    """Return images (N, 3, 32, 32), uint8, minus the mean image (3, 32, 32), as float32."""
    return np.subtract(images, mean, dtype=np.float32)


def _locate(parent):
    """Return `parent` or the folder in it that has CIFAR-10, or None."""
    for folder in (parent, parent / "cifar-10-batches-bin", parent / "cifar-10-batches-py"):
        if is_prepared(folder) or is_raw(folder):
            return folder
    return None


def _fingerprint(folder):
    """Return a key that changes with the place, size or time of any published file in `folder`."""
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in batch_paths(folder)]
    return hashlib.sha256(repr((FORMAT, str(folder.resolve()), stats)).encode()).hexdigest()[:16]


def _checked(folder, data):
    """Return the three splits of a prepared folder; raise DataError unless they are images with labels."""
    splits = {}
    for split in ("train", "val", "test"):
        X, y = data.get(f"X_{split}"), data.get(f"y_{split}")
        fits = (
            X is not None
            and y is not None
            and (X.shape, X.dtype) == ((len(X), 3, 32, 32), np.float32)
            and (y.shape, y.dtype) == ((len(X),), np.int64)
            and len(y) > 0
            and 0 <= y.min() <= y.max() <= 9
        )
        if not fits:
            expected = f"X_{split} (N, 3, 32, 32), float32, and y_{split} (N,), int64, from 0 to 9"
            raise DataError(
                folder, f"the split {split!r} is missing or malformed", expected, "Prepare the folder again."
            )
        splits |= {f"X_{split}": X, f"y_{split}": y}
    return splits
