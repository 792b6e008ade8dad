"""A copy of CIFAR-10 with 120 images, in both layouts that are published.

The fixtures have their names in quotes: a test file imports what it asks for, and no argument hides an import.
"""

import pickle

import numpy as np
import pytest
from utils import data_utils
from utils.data_utils import BATCHES

from autograder.checks.dropout import cifar10_files

PER_FILE, NUM_TRAIN, NUM_VAL, NUM_TEST = 20, 90, 10, 5  # in place of 10,000, 49,000, 1,000 and 1,000


@pytest.fixture(name="small")
def small_sizes(monkeypatch, tmp_path):
    """Shrink CIFAR-10 and put the cache into a fresh folder, which is returned."""
    train, val = slice(0, NUM_TRAIN), slice(NUM_TRAIN, NUM_TRAIN + NUM_VAL)
    test = slice(val.stop, val.stop + NUM_TEST)
    monkeypatch.setattr(cifar10_files, "IMAGES_PER_FILE", PER_FILE)
    monkeypatch.setattr(data_utils, "IMAGES", PER_FILE)
    monkeypatch.setattr(data_utils, "SPLITS", {"train": train, "val": val, "test": test})
    monkeypatch.setattr(data_utils, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    return tmp_path / "cache"


@pytest.fixture(name="images")
def random_images():
    """Return pixels (6, 20, 3072), uint8, and labels (6, 20), for the six files."""
    rng = np.random.default_rng(9)
    return rng.integers(256, size=(6, PER_FILE, 3072), dtype=np.uint8), rng.integers(10, size=(6, PER_FILE))


@pytest.fixture(name="binary")
def binary_layout(small, tmp_path, images):
    """Write the layout of plain bytes and return its folder."""
    return write_binary(tmp_path / "source" / "cifar-10-batches-bin", images)


@pytest.fixture(name="pickled")
def pickled_layout(small, tmp_path, images):
    """Write the pickled layout and return its folder."""
    folder = tmp_path / "source" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name, pixels, labels in zip(BATCHES, *images, strict=True):
        write_pickle(folder / name, {b"data": pixels, b"labels": labels.tolist()})
    return folder


def write_binary(folder, images):
    folder.mkdir(parents=True)
    for name, pixels, labels in zip(BATCHES, *images, strict=True):
        records = np.concatenate([labels[:, None].astype(np.uint8), pixels], axis=1)  # (20, 1 + 3072)
        records.tofile(folder / f"{name}.bin")
    return folder


def write_pickle(path, batch):
    path.write_bytes(pickle.dumps(batch, protocol=2))


class Reduced:
    """Pickle as a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call
