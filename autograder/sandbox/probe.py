"""What protection a sandbox has on this machine, found out by making one."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SandboxError
from autograder.limits import MAX_OPEN_FILES, MAX_OPEN_FILES_PER_PROCESS, MAX_SCRATCH_FILES, Limits
from autograder.sandbox import seccomp
from autograder.sandbox.bubblewrap import Bubblewrap, find_bubblewrap
from autograder.sandbox.cgroup import delegated_group

ISOLATION = (
    ("isolation", "own user, process, network, IPC, host name and mount namespaces; no capabilities"),
    ("nested namespaces", "refused"),
    ("network", "none"),
    ("files", "system and Python read-only; the course, its checks and the gradebook are not there"),
    ("written", "nothing on this machine: scratch files and sockets are in the sandbox's own memory"),
    ("/proc", "its own processes; the system's settings are covered"),
)


@dataclass(frozen=True)
class Protection:
    """What is in force on a machine.

    Attributes
    ----------
    bubblewrap : Bubblewrap or None
        The program that makes the sandbox; None if no sandbox can be made.
    reason : str
        Why no sandbox can be made, and what to do about it; "" if one can.
    user_id : int
        The user that runs the grader; 0 is root.
    system : str
        The operating system and its release.
    machine : str
        The processor's architecture.
    refused_calls : int
        How many system calls the filter refuses; 0 if there is no filter for this architecture.
    control_group : Path or None
        The group in which sandboxes get control groups of their own; None if none is delegated.
    limits : Limits
    """

    bubblewrap: Bubblewrap | None
    reason: str
    user_id: int
    system: str
    machine: str
    refused_calls: int
    control_group: Path | None
    limits: Limits

    @property
    def available(self) -> bool:
        """Whether a sandbox can be made."""
        return self.bubblewrap is not None


def probe(limits: Limits) -> Protection:
    """Make a sandbox that runs `true`, and return what protection it has."""
    found, reason = None, ""
    try:
        found = find_bubblewrap()
    except SandboxError as error:
        reason = str(error)
    return Protection(
        bubblewrap=found,
        reason=reason,
        user_id=os.geteuid(),
        system=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        refused_calls=len(seccomp.REFUSED_CALLS) if seccomp.compile_filter() else 0,
        control_group=delegated_group(),
        limits=limits,
    )


# How people read it


def summary(protection: Protection) -> str:
    """Return one line for people."""
    if protection.bubblewrap is None:
        return "no sandbox: student code cannot be isolated on this machine"
    counted = "watchdog" if protection.control_group is None else "cgroup"
    return (
        f"sandbox: bubblewrap {_version(protection.bubblewrap)} as {_user(protection)}, no network, "
        f"{protection.limits.memory} MiB and {protection.limits.processes} processes ({counted})"
    )


def details(protection: Protection) -> list[tuple[str, str]]:
    """Return pairs of a title and a text for people."""
    rows = [("system", protection.system), ("grader runs as", _user(protection))]
    if protection.bubblewrap is None:
        return [*rows, ("reason", protection.reason)]
    found = protection.bubblewrap
    rows += [("bubblewrap", f"{_version(found)} at {found.path}"), *ISOLATION]
    rows += [("system calls", _filter(protection)), *_limits(protection)]
    return rows


def _version(found: Bubblewrap) -> str:
    return ".".join(map(str, found.version))


def _user(protection: Protection) -> str:
    return "root" if protection.user_id == 0 else f"uid {protection.user_id}"


def _filter(protection: Protection) -> str:
    if protection.refused_calls == 0:
        return f"not filtered: their numbers on {protection.machine} are not known to the grader"
    return (
        f"{protection.refused_calls} refused by seccomp, among them all for memory that belongs to no process"
    )


def _limits(protection: Protection) -> list[tuple[str, str]]:
    limits = protection.limits
    counted = "watchdog" if protection.control_group is None else "watchdog and cgroup"
    nproc = "" if protection.user_id == 0 else " and RLIMIT_NPROC"  # which does not bind root
    per_process = f"{2 * limits.memory} MiB of addresses a process"
    times = f"{limits.call:g} s a call, {limits.cell:g} s a cell, {limits.training:g} s for training"
    return [
        ("scratch", f"private, {limits.disk} MiB and {MAX_SCRATCH_FILES} files, gone with the sandbox"),
        ("memory", f"{limits.memory} MiB together ({counted}), {per_process}"),
        ("processes", f"{limits.processes} with their threads ({counted}{nproc})"),
        ("open files", f"{MAX_OPEN_FILES_PER_PROCESS} a process, {MAX_OPEN_FILES} together (watchdog)"),
        ("cgroups", _control_group(protection)),
        ("time", f"{times}, {limits.submission:g} s in all"),
        ("output", f"{limits.output} MiB a cell, {limits.notebook_output} MiB a notebook, as it arrives"),
    ]


def _control_group(protection: Protection) -> str:
    if protection.control_group is None:
        return "none delegated to the grader, so the watchdog counts alone"
    return f"version 2, under {protection.control_group}"
