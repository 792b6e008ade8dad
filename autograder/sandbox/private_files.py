"""Files that bubblewrap reads from outside, in a folder of the trusted side that the sandbox does not see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import environment, seccomp


@dataclass(frozen=True)
class PrivateFiles:
    """Paths of the files and folders that one sandbox is built from.

    Attributes
    ----------
    run : Path
        A folder for files that the sandboxed program is to find under the same path; empty so far.
    empty : Path
        An empty folder, with which others are covered.
    syscall_filter : Path or None
        The compiled filter of system calls; None on an architecture whose calls are not known.
    pyvenv_cfg : Path or None
        The configuration of the virtual environment; None without one.
    """

    run: Path
    empty: Path
    syscall_filter: Path | None
    pyvenv_cfg: Path | None


def write_private_files(folder: Path) -> PrivateFiles:
    """Write the files into an existing folder: at most two files and two folders."""
    run, empty = folder / "run", folder / "empty"
    run.mkdir(mode=0o700)
    empty.mkdir()
    syscall_filter, config = None, None
    if code := seccomp.compile_filter():
        syscall_filter = folder / "filter"
        syscall_filter.write_bytes(code)
    if environment.in_venv():
        config = folder / "pyvenv.cfg"
        config.write_text(environment.pyvenv_cfg())
    return PrivateFiles(run, empty, syscall_filter, config)
