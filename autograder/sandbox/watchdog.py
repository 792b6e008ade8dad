"""A thread that measures what a sandbox uses, and ends it if that is over a limit.

`prlimit` bounds each single process; the watchdog bounds their sum.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import psutil

from autograder.limits import MAX_OPEN_FILES, MAX_SCRATCH_FILES, MIB, Limits

POLL_INTERVAL_S = 0.2  # a process can write about 0.4 GiB to memory in this time
OWN_MEMORY = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")  # memory of a process alone, page tables included
SHARE_OF_MEMORY = ("Pss_Anon", "Pss_Shmem", "Swap")


class Sandbox(Protocol):
    """What the watchdog watches."""

    def processes(self) -> list[psutil.Process]:
        """Return every process of the sandbox, [] if it has ended."""

    def root(self) -> str:
        """Return the prefix under which its files are reached; raise OSError if it has ended."""

    def end(self) -> None:
        """Kill it."""


class Watchdog(threading.Thread):
    """Ends a sandbox whose processes together exceed the limits.

    Attributes
    ----------
    exceeded : str
        The limit that the sandbox exceeded, in words for the student; "" if it exceeded none.
    peak_memory : int
        The most memory seen in use, in bytes.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits):
        super().__init__(name="sandbox-watchdog", daemon=True)
        self._sandbox = sandbox
        self._limits = limits
        self._stopped = threading.Event()
        self.exceeded = ""
        self.peak_memory = 0

    def run(self) -> None:
        """Measure until `stop` is called or a limit is exceeded; then end the sandbox."""
        while not self._stopped.wait(POLL_INTERVAL_S):
            self.exceeded = self._measure()
            if self.exceeded:
                self._sandbox.end()
                return

    def stop(self) -> None:
        """Stop measuring, and wait for the thread's end."""
        self._stopped.set()
        if self.is_alive():
            self.join()

    def _measure(self) -> str:
        """Measure once; return what is over its limit, in words for the student, or ""."""
        pids = [process.pid for process in self._sandbox.processes()]
        if not pids:
            return ""
        limits = self._limits
        if len(pids) > limits.processes or sum(map(_threads, pids)) > limits.processes:
            return f"it ran more than {limits.processes} processes and threads"
        memory = memory_of(pids, limits.memory * MIB)
        self.peak_memory = max(self.peak_memory, memory)
        if memory > limits.memory * MIB:
            return f"it used more than {limits.memory} MiB of memory"
        if len(set().union(*map(_open_files, pids))) > MAX_OPEN_FILES:
            return f"it held more than {MAX_OPEN_FILES} files and sockets open"
        if self._scratch_files() > MAX_SCRATCH_FILES:
            return f"it made more than {MAX_SCRATCH_FILES} files"
        return ""

    def _scratch_files(self) -> int:
        try:
            return count_scratch_files(self._sandbox.root())
        except OSError:
            return 0


def memory_of(pids: list[int], limit_bytes: int) -> int:
    """Return the memory of some processes in bytes.

    What several of them share counts for each of them, unless that is over the limit: then they are measured
    again by their proportional shares, which takes the operating system longer to tell.
    """
    memory = sum(map(_own_memory, pids))
    if memory > limit_bytes and len(pids) > 1:
        return sum(map(_proportional_memory, pids))
    return memory


def count_scratch_files(root: str) -> int:
    """Count the files in a sandbox's scratch folder: even empty ones take memory, beside the limit on bytes.

    Parameters
    ----------
    root : str
        The prefix under which the sandbox's files are reached; 0 is returned while that is this machine's own
        root, since bwrap has not left it yet.

    Raises
    ------
    OSError
        If the sandbox has ended.
    """
    if os.stat(f"{root}/tmp").st_dev == os.stat("/tmp").st_dev:
        return 0
    state = os.statvfs(f"{root}/tmp")
    return state.f_files - state.f_ffree


def _status(pid: int) -> dict[str, str]:
    """Return the fields of /proc/<pid>/status, {} if the process has just ended."""
    try:
        return _fields(Path(f"/proc/{pid}/status").read_text().splitlines())
    except OSError:
        return {}


def _fields(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name: value for name, colon, value in pairs if colon}


def _kib(fields: Mapping[str, str], names: Iterable[str]) -> int:
    return sum(int(fields.get(name, "0 kB").split()[0]) for name in names)


def _threads(pid: int) -> int:
    return int(_status(pid).get("Threads", "0"))


def _own_memory(pid: int) -> int:
    """Return the memory of a process in bytes, all of what it shares with others included."""
    return 1024 * _kib(_status(pid), OWN_MEMORY)


def _proportional_memory(pid: int) -> int:
    """Return the memory of a process in bytes, its part of what it shares with others included."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0
    return 1024 * (_kib(_fields(lines), SHARE_OF_MEMORY) + _kib(_status(pid), ("VmPTE",)))


def _open_files(pid: int) -> set[str]:
    """Return what a process has open, each file once, since child processes share what they inherited."""
    folder = f"/proc/{pid}/fd"
    found = set()
    with contextlib.suppress(OSError):  # the process has just ended, or closed a file
        for number in os.listdir(folder):
            found.add(os.readlink(f"{folder}/{number}"))
    return found
