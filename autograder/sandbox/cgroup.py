"""Control groups, where they are delegated: the kernel itself then bounds a sandbox's memory and processes.

Used are those of version 2, in a folder that whoever grades may write and whose children have the
controllers `memory` and `pids`: the grader's own group, or the one above it. A service gets this with
`Delegate=yes` and `DelegateSubgroup=grader`. Nobody else's processes are moved.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.limits import MIB, Limits

MOUNT = Path("/sys/fs/cgroup")
CONTROLLERS = {"memory", "pids"}
EMPTY = 2.0  # seconds that a group may take to be empty after its last process was killed


def delegated(mount: Path = MOUNT, own: Path = Path("/proc/self/cgroup")) -> Path | None:
    """Return the group in which sandboxes can have groups of their own, None where there is none."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return None
    paths = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    for group in [mount / path for path in paths] + [(mount / path).parent for path in paths if path]:
        if _is_delegated(group):
            return group
    return None


def _is_delegated(group: Path) -> bool:
    try:
        controllers = set((group / "cgroup.subtree_control").read_text().split())
    except OSError:
        return False
    return controllers >= CONTROLLERS and os.access(group, os.W_OK)


@contextlib.contextmanager
def group_for(limits: Limits, name: str, parent: Path | None) -> Iterator[list[str]]:
    """Make a group and yield the command prefix that enters it: none where there is no parent.

    Memory counts the scratch folder too, which is memory, and what the system holds for the sandbox.
    """
    if parent is None:
        yield []
        return
    group = parent / name
    group.mkdir()
    try:
        (group / "memory.max").write_text(str((limits.memory + limits.disk) * MIB))
        (group / "pids.max").write_text(str(limits.processes))
        with contextlib.suppress(OSError):  # a kernel without swap has no such file
            (group / "memory.swap.max").write_text("0")
        yield ["sh", "-c", 'echo 0 >"$0" && exec "$@"', str(group / "cgroup.procs")]
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """Remove a group as soon as its processes are gone."""
    end = time.monotonic() + EMPTY
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(EMPTY / 100)
