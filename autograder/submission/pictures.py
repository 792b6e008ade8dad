"""What stands beside a submitted notebook and is taken in: pictures, and what nbgrader's exchange left.

A written answer may show a picture, and feedback finds its way back by the exchange's files. Nothing else
is copied: no module that would take a library's place, no link to another submission, no FIFO that never
ends, and no more than a person would look at.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path

from autograder.submission.reading import open_itself

EXCHANGE = ("timestamp.txt", "submission_secret.txt")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif")
MAX_PICTURES = 20
MAX_BYTES = 2 * 2**20  # of one picture
MAX_SEEN = 1_000  # files looked at; a folder that holds more is no student's


def files_beside(notebook: Path) -> dict[str, bytes]:
    """Return the files to take in from a notebook's folder, by name; what cannot be taken in is left out."""
    try:
        with os.scandir(notebook.parent) as entries:
            names = [entry.name for entry in islice(entries, MAX_SEEN)]
    except OSError:
        return {}
    wanted = sorted(name for name in names if name.lower().endswith(SUFFIXES))[:MAX_PICTURES]
    found = {name: _read(notebook.parent / name) for name in (*EXCHANGE, *wanted)}
    return {name: content for name, content in found.items() if content}


def _read(path: Path) -> bytes:
    """Return a regular file's content, b"" where it is no such file or too large."""
    try:
        with open(path, "rb", opener=open_itself) as file:
            status = os.fstat(file.fileno())
            fair = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
            return file.read(MAX_BYTES) if fair else b""
    except OSError:
        return b""
