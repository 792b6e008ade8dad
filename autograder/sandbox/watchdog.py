"""Counts what a sandbox uses and ends it when that is too much.

Limits per process (`prlimit`) bound one process; a thread of the trusted side bounds their sum.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from autograder.sandbox.limits import MIB, Limits

PERIOD = 0.2  # seconds between two counts; a process can write about 0.4 GiB to memory in one
MAX_FILES = 1_000  # in the folder of sockets, where a kernel has six


class Watchdog(threading.Thread):
    """Ends a sandbox whose processes together exceed the limits.

    Parameters
    ----------
    process : psutil.Process
        The root of the sandbox's processes.
    sockets : Path
        The folder that the sandbox can write on the host.
    end : callable
        Ends the sandbox.

    Attributes
    ----------
    reason : str
        Why the sandbox was ended, "" while it was not.
    peak : int
        The most memory seen in use, in bytes.
    """

    def __init__(self, process: psutil.Process, sockets: Path, limits: Limits, end: Callable[[], None]):
        super().__init__(name="sandbox-watchdog", daemon=True)
        self._process = process
        self._sockets = sockets
        self._limits = limits
        self._end = end
        self._done = threading.Event()
        self.reason = ""
        self.peak = 0

    def run(self) -> None:
        while not self._done.wait(PERIOD):
            self.reason = self._excess()
            if self.reason:
                self._end()
                return

    def stop(self) -> None:
        self._done.set()
        if self.is_alive():
            self.join()

    def _excess(self) -> str:
        """Return what is over its limit, in words for the student, or ""."""
        try:
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return ""  # it has just ended
        counts = [_count(process.pid) for process in family]
        memory, tasks = (sum(column) for column in zip(*counts, strict=True))
        if memory > self._limits.memory * MIB and len(family) > 1:
            memory = sum(_proportional(process.pid) for process in family)
        self.peak = max(self.peak, memory)
        if memory > self._limits.memory * MIB:
            return f"it used more than {self._limits.memory} MiB of memory"
        if tasks > self._limits.processes:
            return f"it ran more than {self._limits.processes} processes and threads"
        if _too_large(self._sockets, self._limits.disk * MIB):
            return f"it wrote more than {self._limits.disk} MiB of files"
        return ""


def _count(pid: int) -> tuple[int, int]:
    """Return a process's private memory in bytes and its number of threads."""
    try:
        fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    except (OSError, ValueError):
        return 0, 0
    kib = sum(int(fields.get(key, "0 kB").split()[0]) for key in ("RssAnon", "RssShmem"))
    return kib * 1024, int(fields.get("Threads", "0"))


def _proportional(pid: int) -> int:
    """Return a process's memory in bytes, its share only of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0
    fields = dict(line.split(":", 1) for line in lines)
    return sum(int(fields.get(key, "0 kB").split()[0]) for key in ("Pss_Anon", "Pss_Shmem")) * 1024


def _too_large(folder: Path, limit: int) -> bool:
    """Tell whether the folder holds too many bytes or files; stops counting once it does."""
    size = files = 0
    for root, folders, names in os.walk(folder):
        files += len(folders) + len(names)
        size += sum(_size(os.path.join(root, name)) for name in names[:MAX_FILES])
        if size > limit or files > MAX_FILES:
            return True
    return False


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_blocks * 512
    except OSError:
        return 0
