"""What is known of each submission of a class, on disk: nothing that was worked out once is lost.

One file a submission, replaced as a whole, so that a reader never meets half of one. Its `state`:

- "due": to be graded, whatever was there before (`--force`);
- "graded": a worker's result, which is not in the gradebook yet;
- "recorded": the result is in the gradebook; what remains here are measurements.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.errors import ConfigError

FOLDER = ".autograder"


class Journal:
    """The records and the logs of one assignment's submissions.

    Parameters
    ----------
    root : Path
        The course's folder.
    """

    def __init__(self, root: Path, assignment: str):
        self.folder = root / FOLDER / assignment

    def read(self, student: str) -> dict[str, Any]:
        """Return what is known of a submission, an empty dict where there is nothing."""
        try:
            return json.loads(self._path(student).read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise ConfigError(
                f"{self._path(student)} is damaged ({error}); delete it, and the submission is graded anew"
            ) from error

    def write(self, student: str, record: dict[str, Any]) -> None:
        """Keep a record; once this returns, not even a power failure takes it away."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._path(student), json.dumps(record).encode())

    def log(self, student: str, text: str) -> None:
        """Add lines to the log of a submission."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        with self.log_path(student).open("a") as file:
            file.writelines(f"{now} {line}\n" for line in text.splitlines())

    def log_path(self, student: str) -> Path:
        return self.folder / f"{student}.log"

    def _path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other run on this assignment out; the system forgets the lock when this one dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise ConfigError(
                    f"process {file.read() or '?'} is grading this class already; wait for it, or stop it"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and see to it that the disk has it."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """See to it that the disk has a file's content, or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
