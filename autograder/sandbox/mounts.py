"""Which of this machine's files a sandbox shows, and which it covers in /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass

SYSTEM_FOLDERS = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/fonts")
ANY_WRITE_BIT = 0o222


@dataclass(frozen=True)
class ReadOnlyBind:
    """A file or folder of this machine that a sandbox can read and not change.

    Attributes
    ----------
    source : str
        Its path on this machine.
    target : str
        Its path in the sandbox.
    optional : bool
        Whether the sandbox also starts if the source does not exist.
    """

    source: str
    target: str
    optional: bool = False

    def arguments(self) -> list[str]:
        """Return bwrap's arguments."""
        return ["--ro-bind-try" if self.optional else "--ro-bind", self.source, self.target]


@dataclass(frozen=True)
class Symlink:
    """A symbolic link that a sandbox contains.

    Attributes
    ----------
    destination : str
        What it points to.
    target : str
        Its path in the sandbox.
    """

    destination: str
    target: str

    def arguments(self) -> list[str]:
        """Return bwrap's arguments."""
        return ["--symlink", self.destination, self.target]


Mount = ReadOnlyBind | Symlink


def system_mounts() -> list[Mount]:
    """Return what shows the operating system's programs and libraries."""
    mounts: list[Mount] = [ReadOnlyBind("/usr", "/usr")]
    mounts += [ReadOnlyBind(name, name, optional=True) for name in SYSTEM_FILES]
    for name in SYSTEM_FOLDERS:
        if os.path.islink(name):
            mounts.append(Symlink(os.readlink(name), name))
        elif os.path.isdir(name):
            mounts.append(ReadOnlyBind(name, name))
    return mounts


def proc_covers(empty_folder: str) -> list[Mount]:
    """Return binds that cover every folder and every writable file in /proc that is not about processes.

    If root runs the grader, sandboxed code has no capability and still owns the system's settings: by writing
    the name of a program to /proc/sys/kernel/core_pattern, it would run that program as root outside.
    """
    mounts: list[Mount] = []
    for entry in sorted(os.scandir("/proc"), key=lambda entry: entry.name):
        if entry.name.isdigit() or entry.is_symlink():
            continue
        if entry.is_dir():
            mounts.append(ReadOnlyBind(empty_folder, entry.path))
        elif entry.stat().st_mode & ANY_WRITE_BIT:
            mounts.append(ReadOnlyBind(os.devnull, entry.path))
    return mounts
