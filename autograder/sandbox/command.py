"""The command line that starts a sandboxed program, built from paths: nothing is read or run here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.limits import MAX_OPEN_FILES_PER_PROCESS, MIB, Limits
from autograder.sandbox import parent_lock
from autograder.sandbox.mounts import Mount

HOME = "/tmp/work"  # the working folder in a sandbox
DATA = "/data"  # where a sandbox shows the data folder
RUN_FOLDER_BYTES = MIB  # sockets take no space; the rest is for messages of the kernel to itself
SHARED_MEMORY_BYTES = MIB  # /dev/shm, for which no homework has use
ISOLATION = (
    "--unshare-all --unshare-user --disable-userns --uid 1000 --gid 1000 --cap-drop ALL --clearenv "
    "--die-with-parent --new-session"
).split()
FILTER_DESCRIPTOR = 9  # bwrap reads the filter of system calls from it
OPEN_FILTER = f'exec {FILTER_DESCRIPTOR}<"$0" && exec "$@"'


@dataclass(frozen=True)
class Layout:
    """What a sandbox shows.

    Attributes
    ----------
    system : tuple of Mount
        The operating system and the Python environment.
    proc : tuple of Mount
        What covers parts of /proc.
    shared : tuple of Mount
        The files that the program may read, in its working folder or elsewhere.
    run : Path
        A folder that is in memory and writable inside, under the same path as outside.
    run_files : tuple of Mount
        What the run folder holds already, read-only.
    """

    system: tuple[Mount, ...]
    proc: tuple[Mount, ...]
    shared: tuple[Mount, ...]
    run: Path
    run_files: tuple[Mount, ...]


def isolation(bwrap: str, syscall_filter: Path | None) -> list[str]:
    """Return how the command begins: bwrap with its namespaces and its filter of system calls, if any."""
    if syscall_filter is None:
        return [bwrap, *ISOLATION]
    shell = ["sh", "-c", OPEN_FILTER, str(syscall_filter)]
    return [*shell, bwrap, *ISOLATION, "--seccomp", str(FILTER_DESCRIPTOR)]


def sandbox_command(
    bwrap: str,
    syscall_filter: Path | None,
    layout: Layout,
    variables: Mapping[str, str],
    limits: Limits,
    program: Sequence[str],
) -> list[str]:
    """Return the command that runs a program in a sandbox.

    The program can write to no file of this machine: scratch files and sockets are in the sandbox's own
    memory, and are reached from outside through `SandboxedProcess.root`.

    Parameters
    ----------
    bwrap : str
        The path of the bubblewrap program.
    variables : mapping of str to str
        The whole environment of the program.
    program : sequence of str
        The program and its arguments.
    """
    command = [*isolation(bwrap, syscall_filter), "--hostname", "sandbox"]
    command += [*_arguments(layout.system), "--proc", "/proc", *_arguments(layout.proc)]
    command += ["--dev", "/dev", *_in_memory("/dev/shm", SHARED_MEMORY_BYTES), "--remount-ro", "/dev"]
    command += [*_in_memory("/tmp", limits.disk * MIB), "--dir", HOME, *_arguments(layout.shared)]
    command += [*_in_memory(str(layout.run), RUN_FOLDER_BYTES), *_arguments(layout.run_files)]
    command += ["--chdir", HOME, "--remount-ro", "/"]
    for name, value in variables.items():
        command += ["--setenv", name, value]
    lock = str(layout.run / parent_lock.FILE_NAME)
    return [*command, "--", *parent_lock.run_if_held(lock), *process_limits(limits), *program]


def process_limits(limits: Limits) -> list[str]:
    """Return a command prefix that bounds each single process."""
    return [
        "prlimit",
        f"--as={2 * limits.memory * MIB}",  # address space: mapped data and unused stacks count in it
        f"--nproc={limits.processes}",
        f"--fsize={limits.disk * MIB}",
        f"--nofile={MAX_OPEN_FILES_PER_PROCESS}",
        "--core=0",
    ]


def base_variables(home: str, threads: int) -> dict[str, str]:
    """Return the environment of any program in a sandbox; nothing of the grader's own is passed on.

    Parameters
    ----------
    threads : int
        Threads of the linear algebra library.
    """
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        **dict.fromkeys(names, str(threads)),
    }


def _arguments(mounts: Sequence[Mount]) -> list[str]:
    return [argument for mount in mounts for argument in mount.arguments()]


def _in_memory(folder: str, size_bytes: int) -> list[str]:
    return ["--size", str(size_bytes), "--tmpfs", folder]
