"""Counts what a sandbox uses and ends it when that is too much.

Limits per process (`prlimit`) bound one process; a thread of the trusted side bounds their sum.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Protocol

import psutil

from autograder.limits import MAX_FILES, MAX_OPEN, MIB, Limits

PERIOD = 0.2  # seconds between two counts; a process can write about 0.4 GiB to memory in one
HELD = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")  # what a process alone holds, its page tables included


class Sandbox(Protocol):
    """What the watchdog watches."""

    def processes(self) -> list[psutil.Process]:
        """Return every process of the sandbox, none where it has ended."""

    def root(self) -> str:
        """Return the prefix under which its files are reached; raise OSError where it has ended."""

    def end(self) -> None:
        """Kill it."""


class Watchdog(threading.Thread):
    """Ends a sandbox whose processes together exceed the limits.

    Attributes
    ----------
    reason : str
        Why the sandbox was ended, "" while it was not.
    peak : int
        The most memory seen in use, in bytes.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits):
        super().__init__(name="sandbox-watchdog", daemon=True)
        self._sandbox = sandbox
        self._limits = limits
        self._done = threading.Event()
        self.reason = ""
        self.peak = 0

    def run(self) -> None:
        while not self._done.wait(PERIOD):
            self.reason = self._excess()
            if self.reason:
                self._sandbox.end()
                return

    def stop(self) -> None:
        self._done.set()
        if self.is_alive():
            self.join()

    def _excess(self) -> str:
        """Return what is over its limit, in words for the student, or ""."""
        pids = [process.pid for process in self._sandbox.processes()]
        if not pids:
            return ""
        if len(pids) > self._limits.processes or sum(map(_threads, pids)) > self._limits.processes:
            return f"it ran more than {self._limits.processes} processes and threads"
        memory = sum(map(_private, pids))
        if memory > self._limits.memory * MIB and len(pids) > 1:
            memory = sum(map(_proportional, pids))
        self.peak = max(self.peak, memory)
        if memory > self._limits.memory * MIB:
            return f"it used more than {self._limits.memory} MiB of memory"
        if len(set().union(*map(_open_files, pids))) > MAX_OPEN:
            return f"it held more than {MAX_OPEN} files and sockets open"
        if self._files() > MAX_FILES:
            return f"it made more than {MAX_FILES} files"
        return ""

    def _files(self) -> int:
        """Count the files in the scratch folder: in memory, where no limit on bytes covers empty ones."""
        try:
            root = self._sandbox.root()
            if not root or os.stat(f"{root}/tmp").st_dev == os.stat("/tmp").st_dev:
                return 0  # bwrap has not left the machine's own files yet
            state = os.statvfs(f"{root}/tmp")
        except OSError:
            return 0
        return state.f_files - state.f_ffree


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}  # it has just ended
    return dict(line.split(":", 1) for line in lines if ":" in line)


def _kib(fields: dict[str, str], names: tuple[str, ...]) -> int:
    return sum(int(fields.get(name, "0 kB").split()[0]) for name in names)


def _threads(pid: int) -> int:
    return int(_status(pid).get("Threads", "0"))


def _private(pid: int) -> int:
    """Return a process's memory in bytes; what it shares with others counts for each of them."""
    return 1024 * _kib(_status(pid), HELD)


def _proportional(pid: int) -> int:
    """Return a process's memory in bytes, its share only of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0
    fields = dict(line.split(":", 1) for line in lines)
    return 1024 * (_kib(fields, ("Pss_Anon", "Pss_Shmem", "Swap")) + _kib(_status(pid), ("VmPTE",)))


def _open_files(pid: int) -> set[str]:
    """Return what a process has open; children share what they inherited."""
    folder = f"/proc/{pid}/fd"
    found = set()
    with contextlib.suppress(OSError):  # it has just ended, or closed a file
        for number in os.listdir(folder):
            found.add(os.readlink(f"{folder}/{number}"))
    return found
