"""Prepare CIFAR-10 for grading, in a process of its own.

    python -m autograder.checks.dropout.preparation CACHE               prepare what is found
    python -m autograder.checks.dropout.preparation CACHE --download    the same, or download it
    python -m autograder.checks.dropout.preparation CACHE --verify      the same, and check every bit of it
    python -m autograder.checks.dropout.preparation --generate FOLDER   write a small generated image set

Run with the assignment's files on PYTHONPATH: CIFAR-10 is found, or downloaded, as the students'
`utils/data_utils.py` does it. Prints the folder prepared. On failure, prints the reason on stderr and exits
with 3, or with 4 if there is nothing to prepare.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.dropout.cifar10_files import batch_paths, read_cifar10
from autograder.checks.dropout.data_error import DataError
from autograder.checks.dropout.prepared import (
    is_prepared,
    read_manifest,
    read_prepared,
    verify_prepared,
    write_prepared,
)

VISIBLE = ("X_train", "y_train", "X_val", "y_val", "X_test", "y_test")
EXAM = ("X_val", "y_val", "X_held_out", "y_held_out")
NUM_TRAIN = 49_000  # of the 50,000 training images; the other 1,000 are for validation
NUM_TEST = 1_000  # of the 10,000 test images; the other 9,000 are held out


def prepare(cache: Path, source: Path) -> Path:
    """Return the folder in `cache` that holds the images of `source`, split in `visible` and `exam`."""
    folder = cache / fingerprint(source)
    if not (is_prepared(folder / "visible") and is_prepared(folder / "exam")):
        arrays, name = read(source)
        for part, keys in (("visible", VISIBLE), ("exam", EXAM)):
            write(folder / part, {key: arrays[key] for key in keys}, name)
    return folder


def fingerprint(source: Path) -> str:
    """Return a key that changes with the place, size or time of any file of `source`."""
    paths = [source / "manifest.json"] if is_prepared(source) else batch_paths(source)
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr((str(source.resolve()), stats)).encode()).hexdigest()[:16]


def read(source: Path) -> tuple[dict[str, np.ndarray], str]:
    """Return the visible and the held-out arrays, and what they are called."""
    if not is_prepared(source):
        return split_cifar10(*read_cifar10(source)), "CIFAR-10"
    arrays = read_prepared(source)
    if missing := [key for key in {*VISIBLE, *EXAM} if key not in arrays]:
        expected = "the published files, or a prepared folder with held-out images"
        remedy = "Set CIFAR10_DIR to the published files: grading needs the images that students do not see."
        raise DataError(source, f"there is no {', '.join(sorted(missing))}", expected, remedy)
    return arrays, str(read_manifest(source)["name"])


def split_cifar10(
    X_train: np.ndarray, y_train: np.ndarray, X_test: np.ndarray, y_test: np.ndarray
) -> dict[str, np.ndarray]:
    """Split the published images as students see them, and those held out; subtract the mean training image.

    Parameters
    ----------
    X_train, y_train, X_test, y_test : ndarray
        As read_cifar10 returns them: images (N, 3, 32, 32), uint8, and labels (N,), int64.

    Returns
    -------
    arrays : dict of ndarray
        Images in float32 and labels in int64, by the names in VISIBLE and EXAM.
    """
    train, val = slice(NUM_TRAIN), slice(NUM_TRAIN, None)
    test, held_out = slice(NUM_TEST), slice(NUM_TEST, None)
    # The sum is exact in int64; (49000, 3, 32, 32) -> (3, 32, 32)
    mean = (X_train[train].sum(axis=0, dtype=np.int64) / len(X_train[train])).astype(np.float32)
    splits = {
        "train": (X_train[train], y_train[train]),
        "val": (X_train[val], y_train[val]),
        "test": (X_test[test], y_test[test]),
        "held_out": (X_test[held_out], y_test[held_out]),
    }
    images = {f"X_{name}": np.subtract(X, mean, dtype=np.float32) for name, (X, _) in splits.items()}
    return images | {f"y_{name}": y for name, (_, y) in splits.items()}


def write(folder: Path, arrays: dict[str, np.ndarray], name: str) -> None:
    """Write a prepared folder; do nothing if another process was first."""
    try:
        write_prepared(folder, arrays, name)
    except FileExistsError:
        return


def generate(folder: Path) -> Path:
    """Write ten classes of noisy patterns, as large as a quick demonstration needs."""
    rng = np.random.default_rng(20140615)
    coarse = rng.normal(size=(10, 3, 8, 8))
    patterns = 40 * coarse.repeat(4, axis=2).repeat(4, axis=3)  # (10, 3, 8, 8) -> (10, 3, 32, 32)
    arrays = {}
    for split, size in (("train", 5000), ("val", 1000), ("test", 1000), ("held_out", 4000)):
        labels = rng.integers(10, size=size)
        noise = rng.normal(scale=150, size=(size, 3, 32, 32))
        arrays[f"X_{split}"] = (patterns[labels] + noise).astype(np.float32)
        arrays[f"y_{split}"] = labels.astype(np.int64)
    shutil.rmtree(folder, ignore_errors=True)
    write_prepared(folder, arrays, "generated")
    return folder


def find(utils: Any, download: bool) -> Path | None:
    """Return the folder with CIFAR-10 that the students' data_utils finds or, if asked to, downloads."""
    found: Path | None = utils.find_CIFAR10()
    return utils.download_CIFAR10(utils.CACHE) if download and not found else found


def main() -> int:
    parser = argparse.ArgumentParser(description="Prepare CIFAR-10 for grading.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--download", action="store_true")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--generate", action="store_true")
    options = parser.parse_args()
    if options.generate:
        print(generate(options.folder))
        return 0
    utils = importlib.import_module("utils.data_utils")
    try:
        source = find(utils, options.download)
        if source is None:
            print(f"CIFAR-10 was not found in {utils.CACHE}. Set CIFAR10_DIR to its folder.", file=sys.stderr)
            return 4
        folder = prepare(options.folder, source)
        if options.verify:
            verify_prepared(folder / "visible")
            verify_prepared(folder / "exam")
    except (DataError, utils.DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 3
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
