"""What protection a sandbox has on this machine, found out by trying it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SandboxError
from autograder.sandbox.bwrap import find_bubblewrap
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Protection:
    """What is in force.

    Attributes
    ----------
    sealed : bool
        Whether student code can be sealed in at all.
    summary : str
        One line.
    details : tuple of (name, text)
    """

    sealed: bool
    summary: str
    details: tuple[tuple[str, str], ...]


def probe(limits: Limits) -> Protection:
    """Make a sandbox, and say what it keeps from whom."""
    about = [("system", f"{platform.system()} {platform.release()}"), ("grader runs as", _user())]
    try:
        found = find_bubblewrap()
    except SandboxError as error:
        return Protection(
            False, "no sandbox: student code cannot be sealed in here", (*about, ("reason", str(error)))
        )
    version = ".".join(map(str, found.version))
    about += [
        ("bubblewrap", f"{version} at {found.path}"),
        ("isolation", "own user, process, network, IPC, host name and mount namespaces; no capabilities"),
        ("nested namespaces", "refused"),
        ("network", "none"),
        ("files", "system and Python read-only; the course, its checks and the gradebook are not there"),
        ("scratch", f"private, {limits.disk} MiB, gone with the sandbox"),
        (
            "memory",
            f"{limits.memory} MiB together (watchdog), {2 * limits.memory} MiB of addresses a process",
        ),
        ("processes", f"{limits.processes} with their threads (watchdog{_nproc()})"),
        ("cgroups", _cgroups()),
        (
            "time",
            f"{limits.call:g} s a call, {limits.cell:g} s a cell, {limits.training:g} s for training, "
            f"{limits.submission:g} s in all",
        ),
    ]
    return Protection(True, f"sandbox: bubblewrap {version}, no network, {limits.memory} MiB", tuple(about))


def _user() -> str:
    return "root" if os.geteuid() == 0 else f"uid {os.geteuid()}"


def _nproc() -> str:
    return "" if os.geteuid() == 0 else " and RLIMIT_NPROC"  # the kernel exempts root


def _cgroups() -> str:
    here = Path("/sys/fs/cgroup/cgroup.controllers")
    return "version 2 present, not used" if here.exists() else "not available"
