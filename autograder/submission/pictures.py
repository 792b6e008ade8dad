"""The files beside a submitted notebook that are kept: pictures, and those of nbgrader's exchange.

A written answer may show a picture, and the exchange's files say whose feedback it is. Nothing else is kept:
no module that shadows a library, no link to another submission, no FIFO that blocks its reader.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path

from autograder.submission.reading import open_unfollowed

EXCHANGE = ("timestamp.txt", "submission_secret.txt")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif")
MAX_PICTURES = 20
MAX_BYTES = 2 * 2**20  # of one file
MAX_NAMES = 1_000  # read from the folder, which may hold any number of files


def files_beside(notebook: Path) -> dict[str, bytes]:
    """Return the files to keep from a notebook's folder, by name; those that cannot be read are left out."""
    try:
        with os.scandir(notebook.parent) as entries:
            names = [entry.name for entry in islice(entries, MAX_NAMES)]
    except OSError:
        return {}
    wanted = sorted(name for name in names if name.lower().endswith(SUFFIXES))[:MAX_PICTURES]
    found = {name: _read(notebook.parent / name) for name in (*EXCHANGE, *wanted)}
    return {name: content for name, content in found.items() if content}


def _read(path: Path) -> bytes:
    """Return a file's content, b"" if it is not a regular file or too large."""
    try:
        with open(path, "rb", opener=open_unfollowed) as file:
            status = os.fstat(file.fileno())
            acceptable = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
            return file.read(MAX_BYTES) if acceptable else b""
    except OSError:
        return b""
