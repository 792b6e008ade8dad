"""Starting an ipykernel in a sandbox, and connecting to it."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.connect import write_connection_file

from autograder.errors import SandboxError
from autograder.kernel.fonts import font_list
from autograder.kernel.kernel import Kernel, how_it_ended
from autograder.kernel.wire import Wire
from autograder.limits import Limits
from autograder.sandbox.mounts import ReadOnlyBind
from autograder.sandbox.process import SandboxedProcess, SharedData

POLL_INTERVAL_S = 0.02  # a kernel makes its sockets about half a second after its start
CONNECTION_FILE = "kernel.json"
MAX_ADDRESS_BYTES = 87  # a socket's path has 107, of which "/proc/<pid>/root" and "-<port>" take up to 20
MATPLOTLIB_FOLDER = ".matplotlib"  # in the working folder


@dataclass(frozen=True)
class Connection:
    """Where a kernel listens: sockets of the file system, since a sandbox has no network.

    Attributes
    ----------
    file : Path
        The connection file, which tells the kernel the rest.
    address : str
        The path with which the names of its sockets begin.
    ports : dict of str to int
        The numbers with which they end, by channel.
    key : bytes
        With which messages are signed.
    """

    file: Path
    address: str
    ports: dict[str, int]
    key: bytes


def start_kernel(files: Path, data: SharedData | None, limits: Limits, sandboxed: bool = True) -> Kernel:
    """Start a kernel and wait until it answers; the caller closes it.

    Parameters
    ----------
    files : Path
        A folder with the assignment's own files, which are read-only in the kernel's working folder.
    data : SharedData or None
        A data folder that the notebook may read.
    sandboxed : bool
        False starts the kernel without a sandbox, with the rights of the grader or of `limits.user`.

    Raises
    ------
    SandboxError
        If no sandbox can be made, or the kernel does not answer within `limits.start` seconds.
    """
    binds = [ReadOnlyBind(str(path), path.name) for path in sorted(files.iterdir())]
    if sandboxed:
        binds += _font_binds()
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(SandboxedProcess(binds, data, limits, sandboxed))
        connection = _write_connection(process.run)
        process.start(_command(process, connection), _variables(process, sandboxed))
        wire = _connect(process, connection, limits.start)
        stack.callback(wire.close)
        kernel = Kernel(process, wire, limits)
        if not kernel.answers(limits.start):
            raise _not_started(process, limits.start)
        stack.pop_all()
    return kernel


def _font_binds() -> list[ReadOnlyBind]:
    # Saves every sandbox 0.2 s of processor time at the first import of matplotlib, measured with 38 fonts
    found = font_list()
    # Optional, since a user's cache may be emptied at any time
    return [] if found is None else [ReadOnlyBind(str(found), f"{MATPLOTLIB_FOLDER}/{found.name}", True)]


def _write_connection(folder: Path) -> Connection:
    """Write a connection file with a new key into a folder, where the kernel will make its sockets too."""
    file, address, key = folder / CONNECTION_FILE, str(folder / "k"), secrets.token_hex(32).encode()
    if len(os.fsencode(address)) > MAX_ADDRESS_BYTES:
        raise SandboxError(
            f"the path {folder} is too long for a socket; set TMPDIR to a folder with a shorter path"
        )
    _, info = write_connection_file(str(file), transport="ipc", ip=address, key=key)
    return Connection(file, address, {"shell": info["shell_port"], "iopub": info["iopub_port"]}, key)


def _command(process: SandboxedProcess, connection: Connection) -> list[str]:
    history = "--HistoryManager.hist_file=:memory:"
    return [process.python, "-m", "ipykernel_launcher", "-f", str(connection.file), history]


def _variables(process: SandboxedProcess, sandboxed: bool) -> dict[str, str]:
    variables = {
        "IPYTHONDIR": f"{process.home}/.ipython",
        "MPLCONFIGDIR": f"{process.home}/{MATPLOTLIB_FOLDER}",
    }
    if not sandboxed:
        variables["JPY_PARENT_PID"] = str(os.getpid())  # the kernel ends itself when that process has ended
    return variables


def _connect(process: SandboxedProcess, connection: Connection, timeout_s: float) -> Wire:
    """Connect to the kernel's sockets as soon as it has made them, which is before it runs any code."""
    deadline = time.monotonic() + timeout_s
    while process.alive and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return Wire(process.root() + connection.address, connection.ports, connection.key)
        time.sleep(POLL_INTERVAL_S)
    raise _not_started(process, timeout_s)


def _not_started(process: SandboxedProcess, timeout_s: float) -> SandboxError:
    return SandboxError(f"the kernel did not start within {timeout_s:g} s{how_it_ended(process)}")
