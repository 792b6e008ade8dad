"""What is known of each submission of a class, on disk, so that an interrupted run loses no result.

Each submission has one file, which is always replaced as a whole.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.errors import ConfigError
from autograder.grading.batch import Graded
from autograder.results import Result

FOLDER = ".autograder"


class State(StrEnum):
    """How far the grading of a submission has come."""

    NEW = "new"  # nothing has been written about it
    DUE = "due"  # to be graded again, whatever its result says (`--force`)
    GRADED = "graded"  # a worker has graded it, and the result is not in the gradebook yet
    FAILED = "failed"  # an internal error
    RECORDED = "recorded"  # the result is in the gradebook


@dataclass(frozen=True)
class Record:
    """What is known of a submission.

    Attributes
    ----------
    result : Result or None
        Of a graded or failed submission.
    notebook : dict or None
        The graded notebook as a JSON object, of a graded submission.
    seconds : float or None
        How long grading took.
    peak_memory_mib : float or None
        The most memory that the sandbox used.
    worker : str
        Where it was graded, "" if that is not known.
    """

    state: State = State.NEW
    result: Result | None = None
    notebook: dict[str, Any] | None = None
    seconds: float | None = None
    peak_memory_mib: float | None = None
    worker: str = ""

    def __post_init__(self) -> None:
        if self.state in (State.GRADED, State.FAILED) and self.result is None:
            raise ValueError(f"a {self.state} submission needs a result")
        if self.state is State.GRADED and not isinstance(self.notebook, dict):
            raise ValueError("a graded submission needs its notebook")

    @classmethod
    def of(cls, graded: Graded) -> Record:
        """Return the record of a submission that a worker has graded, or failed on."""
        result = graded.result
        failed = result.status == "internal_error"
        return cls(
            state=State.FAILED if failed else State.GRADED,
            result=result,
            notebook=None if failed else graded.notebook,
            seconds=round(result.execution_time, 3),
            peak_memory_mib=round(result.peak_memory, 1),
            worker=graded.worker,
        )

    def recorded(self) -> Record:
        """Return the record once the result is in the gradebook: the measurements are kept."""
        return replace(self, state=State.RECORDED, result=None, notebook=None)

    def graded(self) -> Graded:
        """Return what the worker sent; raise ValueError unless the submission is graded or failed."""
        if self.result is None:
            raise ValueError(f"a {self.state} submission has no result here")
        result = replace(self.result, peak_memory=self.peak_memory_mib or 0.0)
        return Graded(result, self.notebook, self.worker)

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "result": self.result and self.result.to_json(),
            "notebook": self.notebook,
            "seconds": self.seconds,
            "peak_memory_mib": self.peak_memory_mib,
            "worker": self.worker,
        }

    @classmethod
    def from_json(cls, data: Any) -> Record:
        """Return the record; raise ValueError, KeyError or TypeError if the data does not hold one."""
        if not isinstance(data, dict):
            raise TypeError(f"it holds a {type(data).__name__} instead of a record")
        result = data.get("result")
        return cls(
            state=State(data["state"]),
            result=Result.from_json(result) if result else None,
            notebook=data.get("notebook"),
            seconds=data.get("seconds"),
            peak_memory_mib=data.get("peak_memory_mib"),
            worker=data.get("worker", ""),
        )


class Journal:
    """The records and the logs of one assignment's submissions.

    Parameters
    ----------
    root : Path
        The course's folder.
    """

    def __init__(self, root: Path, assignment: str):
        self.folder = root / FOLDER / assignment

    def read(self, student: str) -> Record:
        """Return what is known of a submission; raise ConfigError if its file holds something else."""
        path = self._path(student)
        try:
            return Record.from_json(json.loads(path.read_text()))
        except FileNotFoundError:
            return Record()
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{path} is damaged ({error!r}); delete it, and the submission is regraded"
            ) from error

    def write(self, student: str, record: Record) -> None:
        """Replace a submission's record; once this returns, it survives a power failure."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._path(student), json.dumps(record.to_json()).encode())

    def log(self, student: str, text: str) -> None:
        """Append lines to the log of a submission."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        with self.log_path(student).open("a") as file:
            file.writelines(f"{now} {line}\n" for line in text.splitlines())

    def log_path(self, student: str) -> Path:
        """Return the path of a submission's log."""
        return self.folder / f"{student}.log"

    def _path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Allow one run at a time on this assignment; the system releases the lock when a process ends.

        Raises
        ------
        ConfigError
            If another process holds the lock.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise ConfigError(
                    f"process {file.read() or '?'} is grading this class already; wait for it or stop it"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and return when it is on the disk."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when a file's content, or a folder's list of entries, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
