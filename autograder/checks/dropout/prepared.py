"""Keep arrays in a folder that is quick to open: one .npy file each, and a manifest of sizes and hashes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.dropout.data_error import DataError

FORMAT = 1  # raised whenever what a folder holds changes its meaning
MANIFEST = "manifest.json"
ENTRY = {"shape", "dtype", "bytes", "sha256"}  # what the manifest says of an array
REMEDY = "Delete the folder and prepare it again."


def is_prepared(folder: Path) -> bool:
    """Return whether `folder` has a manifest."""
    return (folder / MANIFEST).is_file()


def write_prepared(folder: Path, arrays: dict[str, np.ndarray], name: str) -> None:
    """Write arrays into a new folder, all of it or nothing.

    Parameters
    ----------
    folder : Path
        Made here, with its parents. Several processes may try at once: one of them wins.
    arrays : dict of ndarray
        The names become file names, so they are plain identifiers.
    name : str
        What the arrays are, 'CIFAR-10' or 'generated'.

    Raises
    ------
    FileExistsError
        If the folder exists, empty ones aside.
    OSError
        If it cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        manifest: dict[str, Any] = {"format": FORMAT, "name": name, "arrays": {}}
        for key, array in arrays.items():
            manifest["arrays"][key] = _write_array(temporary / f"{key}.npy", array)
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        temporary.chmod(0o755)  # mkdtemp lets only its owner in
        _move(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_prepared(folder: Path) -> dict[str, np.ndarray]:
    """Open the arrays of a prepared folder, after checking its manifest and every file's size.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    arrays : dict of ndarray
        Mapped from the files, so that only what is used is read. They can be changed; a change
        stays in memory and never reaches the file.

    Raises
    ------
    DataError
        If the manifest or a file is missing, malformed or of the wrong size.
    """
    return {
        key: _read_array(folder / f"{key}.npy", entry)
        for key, entry in read_manifest(folder)["arrays"].items()
    }


def verify_prepared(folder: Path) -> None:
    """Check everything that read_prepared checks, and the hash of every file, which reads them whole.

    Raises
    ------
    DataError
        If a file differs from the manifest in any bit.
    """
    read_prepared(folder)
    for key, entry in read_manifest(folder)["arrays"].items():
        path = folder / f"{key}.npy"
        found = _sha256(path)
        if found != entry["sha256"]:
            raise DataError(path, f"the file has the SHA-256 {found}", str(entry["sha256"]), REMEDY)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a prepared folder's manifest.

    Returns
    -------
    manifest : dict
        format : int; name : str; arrays : dict of {shape, dtype, bytes, sha256} by array name.

    Raises
    ------
    DataError
        If it is missing or malformed.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DataError(path, f"the file cannot be read ({error})", "a manifest in JSON", REMEDY) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DataError(path, "the manifest has another format", f"format {FORMAT}", REMEDY)
    if not isinstance(manifest.get("name"), str) or not isinstance(manifest.get("arrays"), dict):
        raise DataError(path, "the manifest is incomplete", "a name and a dict of arrays", REMEDY)
    for key, entry in manifest["arrays"].items():
        if not key.isidentifier() or not isinstance(entry, dict) or not set(entry) >= ENTRY:
            expected = f"a plain name with {', '.join(sorted(ENTRY))}"
            raise DataError(path, f"the entry {key!r} is malformed", expected, REMEDY)
    return manifest


def _write_array(path: Path, array: np.ndarray) -> dict[str, Any]:
    """Write one array and return its entry in the manifest."""
    np.save(path, array, allow_pickle=False)
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "bytes": path.stat().st_size,
        "sha256": _sha256(path),
    }


def _read_array(path: Path, entry: dict[str, Any]) -> np.ndarray:
    """Map one array from its file; raise DataError unless it is what its entry says."""
    if not path.is_file():
        raise DataError(path, "there is no such file", "the file that the manifest lists", REMEDY)
    size = path.stat().st_size
    if size != entry["bytes"]:
        raise DataError(path, f"the file has {size:,} bytes", f"{entry['bytes']}", REMEDY)
    try:
        array = np.load(path, mmap_mode="c", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(path, f"the file cannot be read ({error})", "a plain .npy file", REMEDY) from error
    if list(array.shape) != entry["shape"] or str(array.dtype) != entry["dtype"]:
        found = f"the array is {array.dtype} {array.shape}"
        raise DataError(path, found, f"{entry['dtype']} {entry['shape']}", REMEDY)
    return np.asarray(array)  # the same memory as a plain ndarray


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move(source: Path, target: Path) -> None:
    """Rename a folder; raise FileExistsError if another has taken the place."""
    try:
        os.replace(source, target)
    except OSError as error:
        if target.exists():
            raise FileExistsError(f"{target} exists, expected a free place. Delete it first.") from error
        raise
