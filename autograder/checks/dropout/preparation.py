"""Prepares a course's images for grading, with the course's own readers, in a process of its own.

    python preparation.py CACHE                 prepare what the course's `find_CIFAR10` finds
    python preparation.py CACHE --download      the same, downloading it where it is not found
    python preparation.py CACHE --verify        the same, and check every bit of what is prepared
    python preparation.py --generate FOLDER     write a small generated image set

Run with the assignment's files on PYTHONPATH. Prints the folder prepared; on failure, one line on
stderr and exit code 3, or 4 where there is nothing to prepare.
"""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
from utils.cifar10_files import batch_paths, read_CIFAR10
from utils.data_error import DataError, DataNotFoundError
from utils.data_utils import find_CIFAR10, mean_image, normalise, split_CIFAR10
from utils.prepared import is_prepared, read_manifest, read_prepared, verify_prepared, write_prepared

VISIBLE = ("X_train", "y_train", "X_val", "y_val", "X_test", "y_test")
EXAM = ("X_val", "y_val", "X_held_out", "y_held_out")


def prepare(cache: Path, download: bool) -> Path:
    """Return the folder in `cache` that holds what is found, split in `visible` and `exam`."""
    source = find_CIFAR10(download=download)
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
        X_train, y_train, X_test, y_test = read_CIFAR10(source)
        arrays = split_CIFAR10(X_train, y_train, X_test, y_test)
        rest = slice(len(arrays["X_test"]), None)
        mean = mean_image(X_train[: len(arrays["X_train"])])
        held_out = {"X_held_out": normalise(X_test[rest], mean), "y_held_out": y_test[rest].astype(np.int64)}
        return arrays | held_out, "CIFAR-10"
    arrays = read_prepared(source)
    if missing := [key for key in {*VISIBLE, *EXAM} if key not in arrays]:
        expected = "the published files, or a prepared folder with held-out images"
        remedy = "Set CIFAR10_DIR to the published files: grading needs the images that students do not see."
        raise DataError(source, f"there is no {', '.join(sorted(missing))}", expected, remedy)
    return arrays, read_manifest(source)["name"]


def write(folder: Path, arrays: dict[str, np.ndarray], name: str) -> None:
    try:
        write_prepared(folder, arrays, name)
    except FileExistsError:
        return  # another process was first


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--download", action="store_true")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--generate", action="store_true")
    options = parser.parse_args()
    try:
        folder = generate(options.folder) if options.generate else prepare(options.folder, options.download)
        if options.verify:
            verify_prepared(folder / "visible")
            verify_prepared(folder / "exam")
    except (DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 4 if isinstance(error, DataNotFoundError) else 3
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
