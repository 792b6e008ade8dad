"""Find CIFAR-10, and load it: training, validation and test images minus the mean training image."""

import hashlib
import os
import pickle
import tempfile
from pathlib import Path

import numpy as np
import platformdirs

from utils.download import DataError, download_CIFAR10

CACHE = Path(platformdirs.user_cache_dir("nndl"))  # may be deleted at any time
BATCHES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]  # the published files
IMAGES = 10_000  # in each of them
# What pickled arrays and bytes are made of:
PICKLED = ("numpy.ndarray", "numpy.dtype", "numpy._core.multiarray._reconstruct", "_codecs.encode")
SPLITS = {"train": slice(0, 49_000), "val": slice(49_000, 50_000), "test": slice(50_000, 51_000)}


def get_CIFAR10_data():
    """Load CIFAR-10, found or else downloaded, minus the mean training image.

    Returns
    -------
    data : dict
        X_train (49000, 3, 32, 32), X_val (1000, 3, 32, 32), X_test (1000, 3, 32, 32) : float32
            Pixels of 0 to 255, minus the mean training image.
        y_train (49000,), y_val (1000,), y_test (1000,) : int64
            Classes, 0 to 9.
        The arrays are mapped from files, which are read when used. A change to one stays in memory.

    Raises
    ------
    DataError
        If CIFAR-10 cannot be downloaded, or a file is missing or malformed.
    """
    folder = find_CIFAR10() or download_CIFAR10(CACHE)
    if not (folder / "X_train.npy").is_file():
        times = [path.stat().st_mtime_ns for path in sorted(folder.glob("*_batch*"))]
        key = hashlib.sha256(repr((str(folder.resolve()), times)).encode()).hexdigest()[:16]
        prepared = CACHE / f"prepared-{key}"
        if not prepared.is_dir():
            data = split_CIFAR10(*read_CIFAR10(folder))
            try:
                _write_arrays(prepared, data)
            except OSError:  # no room, no right to write, or another process was first
                return data
        folder = prepared
    names = [f"{kind}_{split}" for split in SPLITS for kind in "Xy"]
    return {name: _map_array(folder / f"{name}.npy") for name in names}


def find_CIFAR10():
    """Return the folder with CIFAR-10 that CIFAR10_DIR names, else the one in the user's cache, else None."""
    named = os.environ.get("CIFAR10_DIR")
    parent = Path(named).expanduser() if named else CACHE
    for folder in (parent, parent / "cifar-10-batches-bin", parent / "cifar-10-batches-py"):
        if any((folder / name).is_file() for name in ("X_train.npy", "data_batch_1.bin", "data_batch_1")):
            return folder
    if named:
        expected = "expected cifar-10-batches-bin, cifar-10-batches-py or X_train.npy"
        raise DataError(f"CIFAR10_DIR={named}: no CIFAR-10 there, {expected}. Correct or unset CIFAR10_DIR.")
    return None


def read_CIFAR10(folder):
    """Return the published images, uint8 (60000, 3, 32, 32), and labels, int64 (60000,)."""
    X = np.empty((len(BATCHES), IMAGES, 3 * 32 * 32), np.uint8)
    y = np.empty((len(BATCHES), IMAGES), np.int64)
    suffix = ".bin" if (folder / "data_batch_1.bin").is_file() else ""
    for i, name in enumerate(BATCHES):
        path = folder / f"{name}{suffix}"
        try:
            if suffix:  # for each image a byte for its label, then its pixels
                records = np.fromfile(path, np.uint8).reshape(IMAGES, 1 + 3 * 32 * 32)
                y[i], X[i] = records[:, 0], records[:, 1:]
            else:
                with path.open("rb") as file:
                    batch = _ArraysOnly(file, encoding="bytes").load()
                y[i], X[i] = batch[b"labels"], batch[b"data"]
        except Exception as error:  # a damaged pickle can raise nearly anything
            expected = f"expected {IMAGES:,} images with labels"
            raise DataError(f"{path}: {error}; {expected}. Unpack CIFAR-10 again.") from error
    return X.reshape(-1, 3, 32, 32), y.ravel()


def split_CIFAR10(X, y):
    """Return the arrays of get_CIFAR10_data, in memory, given those of read_CIFAR10."""
    mean = X[SPLITS["train"]].mean(axis=0, dtype=np.float64).astype(np.float32)  # -> (3, 32, 32)
    images = {f"X_{split}": np.subtract(X[rows], mean, dtype=np.float32) for split, rows in SPLITS.items()}
    return images | {f"y_{split}": y[rows] for split, rows in SPLITS.items()}


class _ArraysOnly(pickle.Unpickler):
    """Load pickled arrays and plain containers alone: any other pickle could run any program."""

    def find_class(self, module, name):
        """Return what a pickle names; raise UnpicklingError unless arrays and bytes are made of it."""
        module = module.replace("numpy.core", "numpy._core")  # NumPy 1, which wrote the published files
        if f"{module}.{name}" not in PICKLED:
            raise pickle.UnpicklingError(f"the pickle names {module}.{name}")
        return super().find_class(module, name)


def _write_arrays(folder, arrays):
    """Write arrays as .npy files into a new folder in the cache, all of it or nothing."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        Path(scratch, "whole").mkdir()
        for name, array in arrays.items():
            np.save(Path(scratch, "whole", name), array)
        Path(scratch, "whole").replace(folder)


def _map_array(path):
    """Return the array in a .npy file, mapped so that a change to it stays in memory."""
    try:
        return np.asarray(np.load(path, mmap_mode="c"))
    except (OSError, EOFError, ValueError) as error:
        remedy = f"Delete {path.parent} or unset CIFAR10_DIR."
        raise DataError(f"{path}: {error}; expected an array. {remedy}") from error
