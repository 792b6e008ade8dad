"""Download CIFAR-10 from its home page."""

import hashlib
import os
import tarfile
import tempfile
import urllib.request
from pathlib import Path

from tqdm import tqdm

from utils.cifar10_files import batch_paths
from utils.data_error import DataError

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
SIZE = 170_052_171  # bytes
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
FOLDER = "cifar-10-batches-bin"  # what the archive holds
_CHUNK = 2**20  # bytes, between two movements of the progress bar
_TIMEOUT = 60  # seconds without a byte


def download_CIFAR10(parent):
    """Download and unpack CIFAR-10 into `parent`/cifar-10-batches-bin, all of it or nothing.

    Parameters
    ----------
    parent : path
        Made here. The download needs about 370 MB in it for a while.

    Returns
    -------
    folder : Path

    Raises
    ------
    DataError
        If the download fails, or what came is not CIFAR-10.
    """
    parent = Path(parent)
    target = parent / FOLDER
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=parent) as temporary:
            archive = Path(temporary) / "archive.tar.gz"
            _check_hash(_fetch(archive))
            with tarfile.open(archive) as tar:
                tar.extractall(temporary, filter="data")
            batch_paths(Path(temporary) / FOLDER)
            _move(Path(temporary) / FOLDER, target)
    except (OSError, tarfile.TarError) as error:
        raise DataError(URL, f"the download failed ({error})", "CIFAR-10", _remedy()) from error
    return target


def _fetch(archive):
    """Save the URL's bytes as `archive` behind a progress bar; return their SHA-256."""
    digest = hashlib.sha256()
    with (
        urllib.request.urlopen(URL, timeout=_TIMEOUT) as response,
        archive.open("wb") as file,
        tqdm(total=SIZE, unit="B", unit_scale=True, desc="CIFAR-10") as bar,
    ):
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()


def _check_hash(found):
    if found != SHA256:
        raise DataError(URL, f"the download has the SHA-256 {found}", SHA256, _remedy())


def _move(source, target):
    """Rename the unpacked folder, unless another process was first."""
    try:
        os.replace(source, target)
    except OSError:
        if not target.is_dir():
            raise


def _remedy():
    return (
        f"Try again; or download it in a browser, unpack it and set CIFAR10_DIR to the folder with {FOLDER}."
    )
