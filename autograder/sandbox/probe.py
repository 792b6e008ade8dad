"""What protection a sandbox has on this machine, found out by trying it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

from autograder.errors import SandboxError
from autograder.limits import DESCRIPTORS, MAX_FILES, MAX_OPEN, Limits
from autograder.sandbox import seccomp
from autograder.sandbox.bwrap import find_bubblewrap
from autograder.sandbox.cgroup import delegated


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
    about += [("bubblewrap", f"{version} at {found.path}"), *_walls(), *_limits(limits)]
    counted = "cgroup" if delegated() else "watchdog"
    summary = (
        f"sandbox: bubblewrap {version} as {_user()}, no network, {limits.memory} MiB and "
        f"{limits.processes} processes ({counted})"
    )
    return Protection(True, summary, tuple(about))


def _walls() -> list[tuple[str, str]]:
    """Return what keeps a sandbox from everything else."""
    return [
        ("isolation", "own user, process, network, IPC, host name and mount namespaces; no capabilities"),
        ("nested namespaces", "refused"),
        ("network", "none"),
        ("files", "system and Python read-only; the course, its checks and the gradebook are not there"),
        ("written", "nothing of this machine's: scratch and sockets are in the sandbox's own memory"),
        ("system calls", _filter()),
        ("/proc", "its own processes; the system's settings are covered"),
    ]


def _limits(limits: Limits) -> list[tuple[str, str]]:
    """Return what it may use."""
    counted = "watchdog and cgroup" if delegated() else "watchdog"
    return [
        ("scratch", f"private, {limits.disk} MiB and {MAX_FILES} files, gone with the sandbox"),
        (
            "memory",
            f"{limits.memory} MiB together ({counted}), {2 * limits.memory} MiB of addresses a process",
        ),
        ("processes", f"{limits.processes} with their threads ({counted}{_nproc()})"),
        ("open files", f"{DESCRIPTORS} a process, {MAX_OPEN} together (watchdog)"),
        ("cgroups", _cgroups()),
        (
            "time",
            f"{limits.call:g} s a call, {limits.cell:g} s a cell, {limits.training:g} s for training, "
            f"{limits.submission:g} s in all",
        ),
        ("output", f"{limits.output} MiB a cell, {limits.notebook_output} MiB a notebook, as it arrives"),
    ]


def _user() -> str:
    return "root" if os.geteuid() == 0 else f"uid {os.geteuid()}"


def _nproc() -> str:
    return "" if os.geteuid() == 0 else " and RLIMIT_NPROC"  # the kernel exempts root


def _filter() -> str:
    if not seccomp.program():
        return f"not filtered: their numbers on {platform.machine()} are not known here"
    return f"{len(seccomp.REFUSED)} refused by seccomp, those for memory that nobody can count among them"


def _cgroups() -> str:
    group = delegated()
    return (
        f"version 2, under {group}" if group else "none delegated to the grader, so the watchdog counts alone"
    )
