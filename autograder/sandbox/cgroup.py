"""Control groups, by which the operating system itself bounds memory and processes, if it lets the grader.

This uses control groups of version 2, in a group that the grader may write and whose children have the
controllers `memory` and `pids`: the grader's own group or its parent. A systemd service gets one with
`Delegate=yes` and `DelegateSubgroup=grader`. No other process is moved.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.limits import MIB, Limits

MOUNT = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
CONTROLLERS = {"memory", "pids"}
VERSION_2 = "0::"  # how the line of a process's version 2 group begins
EMPTY_TIMEOUT_S = 2.0  # how long a group may take to be empty after its last process was killed
POLL_INTERVAL_S = 0.02
ENTER = 'echo 0 >"$0" && exec "$@"'  # moves the shell into the group, then becomes the program


def delegated_group(mount: Path = MOUNT, own_groups: Path = OWN_GROUPS) -> Path | None:
    """Return the group in which a sandbox can have a group of its own, None if there is none."""
    try:
        lines = own_groups.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(VERSION_2):
            own = mount / line.removeprefix(VERSION_2).lstrip("/")
            groups = [own] if own == mount else [own, own.parent]
            return next((group for group in groups if _is_delegated(group)), None)
    return None


def _is_delegated(group: Path) -> bool:
    try:
        controllers = set((group / "cgroup.subtree_control").read_text().split())
    except OSError:
        return False
    return controllers >= CONTROLLERS and os.access(group, os.W_OK)


@contextlib.contextmanager
def limited_group(limits: Limits, name: str, parent: Path | None) -> Iterator[list[str]]:
    """Create a group with these limits, yield the command prefix that enters it, and remove it at the end.

    If there is no parent, nothing is created and the prefix is []. The limit on memory covers the scratch
    folder too, which is in memory, and what the operating system allocates for the sandbox.
    """
    if parent is None:
        yield []
        return
    group = parent / name
    group.mkdir()
    try:
        (group / "memory.max").write_text(str((limits.memory + limits.disk) * MIB))
        (group / "pids.max").write_text(str(limits.processes))
        with contextlib.suppress(OSError):  # this file does not exist on a system without swap
            (group / "memory.swap.max").write_text("0")
        yield ["sh", "-c", ENTER, str(group / "cgroup.procs")]
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """Remove a group as soon as it has no process."""
    deadline = time.monotonic() + EMPTY_TIMEOUT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(POLL_INTERVAL_S)
