"""A program in a sandbox, from its start to its end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.limits import Limits
from autograder.sandbox import account, cgroup, environment, parent_lock
from autograder.sandbox.bubblewrap import find_bubblewrap
from autograder.sandbox.command import DATA, HOME, Layout, base_variables, process_limits, sandbox_command
from autograder.sandbox.mounts import ReadOnlyBind, proc_covers, system_mounts
from autograder.sandbox.private_files import PrivateFiles, write_private_files
from autograder.sandbox.watchdog import Watchdog

KILL_TIMEOUT_S = 10.0  # how long a killed process may take to be gone: its memory has to be freed


@dataclass(frozen=True)
class SharedData:
    """A data folder that sandboxed code may read.

    Attributes
    ----------
    folder : Path
        The folder on this machine.
    variable : str
        The environment variable that tells the code where the folder is.
    """

    folder: Path
    variable: str


class SandboxedProcess:
    """A program in a sandbox of its own; use as a context manager.

    Entering creates a private temporary folder, the lock that the sandbox checks and, where they are
    delegated, a control group. `start` starts the program and a watchdog. Leaving kills every process of the
    sandbox, waits until they are gone, and removes the folder and the group.

    Parameters
    ----------
    files : sequence of ReadOnlyBind
        Files and folders that are shown in the working folder; each target is relative to that.
    data : SharedData or None
    limits : Limits
    sandboxed : bool
        False runs the program without a sandbox, with the rights of the grader or of `limits.user`.

    Attributes
    ----------
    run : Path
        A folder that the program sees under the same path and can write to. Files put into it before `start`
        are read-only in a sandbox.
    home : str
        The path of the working folder, as the program sees it.
    python : str
        The path of the Python interpreter, as the program sees it.
    """

    run: Path
    home: str
    python: str

    def __init__(
        self, files: Sequence[ReadOnlyBind], data: SharedData | None, limits: Limits, sandboxed: bool = True
    ):
        self._files = files
        self._data = data
        self._limits = limits
        self._sandboxed = sandboxed
        self._popen: subprocess.Popen[bytes] | None = None
        self._watchdog = Watchdog(self, limits)
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> SandboxedProcess:
        with contextlib.ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="ag-"))
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._private = write_private_files(self._folder)
            self.run = self._private.run
            self.home = HOME if self._sandboxed else str(self._folder / "work")
            self.python = environment.python_path() if self._sandboxed else sys.executable
            stack.enter_context(parent_lock.held(self.run))
            group = cgroup.delegated_group() if self._sandboxed else None
            self._enter_group = stack.enter_context(
                cgroup.limited_group(self._limits, self._folder.name, group)
            )
            stack.callback(self.end)
            stack.callback(self._watchdog.stop)
            self._resources = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Do what leaving the context does; further calls do nothing."""
        self._resources.close()

    def start(self, program: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start a program, whose standard input and outputs are /dev/null.

        Parameters
        ----------
        program : sequence of str
            The program and its arguments.
        variables : mapping of str to str
            Environment variables in addition to the sandbox's own.

        Raises
        ------
        SandboxError
            If no sandbox can be made on this machine, or `limits.user` cannot be used.
        """
        variables = {**self._variables(), **variables}
        if self._sandboxed:
            command, folder = self._sandboxed_command(program, variables), "/"
        else:
            command, folder = self._unsandboxed_command(program), self.home
        self._popen = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._watchdog.start()

    def _variables(self) -> dict[str, str]:
        variables = base_variables(self.home, self._limits.threads or os.cpu_count() or 1)
        if self._data is not None:
            variables[self._data.variable] = DATA if self._sandboxed else str(self._data.folder)
        return variables

    def _sandboxed_command(self, program: Sequence[str], variables: Mapping[str, str]) -> list[str]:
        bubblewrap = find_bubblewrap()
        layout = _layout(self._private, self._files, self._data)
        command = sandbox_command(
            bubblewrap.path, self._private.syscall_filter, layout, variables, self._limits, program
        )
        return [*self._enter_group, *command]

    def _unsandboxed_command(self, program: Sequence[str]) -> list[str]:
        """Copy the files into the working folder, give that to `limits.user`, and return the command."""
        switch_user = account.command_prefix(self._limits.user)
        os.mkdir(self.home)
        for file in self._files:
            copy = shutil.copytree if os.path.isdir(file.source) else shutil.copy
            copy(file.source, os.path.join(self.home, file.target))
        account.change_owner(self._folder, self._limits.user)
        return [*process_limits(self._limits), *switch_user, *program]

    @property
    def alive(self) -> bool:
        """Whether the program has been started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the program, None before its end."""
        return None if self._popen is None else self._popen.poll()

    @property
    def exceeded(self) -> str:
        """The limit for which the sandbox was ended, in words for the student; "" if for none."""
        return self._watchdog.exceeded

    @property
    def peak_memory(self) -> int:
        """The most memory seen in use, in bytes."""
        return self._watchdog.peak_memory

    def wait(self, timeout_s: float) -> bool:
        """Wait until the program has ended, for some seconds at most; return whether it has."""
        if self._popen is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(timeout=timeout_s)
        return not self.alive

    def interrupt(self) -> None:
        """Send SIGINT to the program alone: bwrap would die of it, and the whole sandbox with it."""
        if self._popen is None:
            return
        with contextlib.suppress(IndexError, psutil.Error):  # it has just ended
            process = psutil.Process(self._popen.pid)
            if self._sandboxed:
                process = process.children()[0].children()[0]  # behind bwrap and its first process
            process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """Kill every process of the sandbox and wait until they are gone; do nothing if none was started.

        If the first process inside is killed, the operating system kills the others, and bwrap exits after
        them. If bwrap were killed first, the machine's init would have to reap the dead processes, which may
        take seconds or never happen. If bwrap is killed in its first milliseconds, a process that it has just
        started may survive it; so processes are also looked for by the name of the run folder.
        """
        if self._popen is None:
            return
        inside = self.processes()[1:]
        _kill(inside)
        if self._sandboxed and inside:
            self.wait(KILL_TIMEOUT_S)
        self._popen.kill()
        self.wait(KILL_TIMEOUT_S)
        left = [*inside, *self._processes_by_name()]
        _kill(left)
        psutil.wait_procs(left, timeout=KILL_TIMEOUT_S)

    def root(self) -> str:
        """Return the prefix under which the program's own files are reached from outside.

        Raises
        ------
        OSError
            If the sandbox has no process, or not yet.
        """
        if not self._sandboxed:
            return ""
        family = self.processes()
        if len(family) < 2:
            raise FileNotFoundError("the sandbox has no process")
        return f"/proc/{family[1].pid}/root"

    def processes(self) -> list[psutil.Process]:
        """Return every process of the sandbox, bwrap first; [] if it has ended."""
        if self._popen is None:
            return []
        try:
            first = psutil.Process(self._popen.pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []

    def _processes_by_name(self) -> list[psutil.Process]:
        """Return the processes whose command line contains the run folder, which no other sandbox has."""
        every = psutil.process_iter(["cmdline"])
        return [p for p in every if any(str(self.run) in word for word in p.info["cmdline"] or ())]


def _layout(private: PrivateFiles, files: Sequence[ReadOnlyBind], data: SharedData | None) -> Layout:
    """Read which files of this machine to show, and return it with the private and the shared ones."""
    empty, config = str(private.empty), private.pyvenv_cfg
    python = environment.python_mounts(empty, str(config) if config else None)
    shared = [ReadOnlyBind(file.source, f"{HOME}/{file.target}", file.optional) for file in files]
    if data is not None:
        shared.append(ReadOnlyBind(str(data.folder), DATA))
    run_files = [ReadOnlyBind(str(path), str(path)) for path in sorted(private.run.iterdir())]
    return Layout(
        system=(*system_mounts(), *python),
        proc=tuple(proc_covers(empty)),
        shared=tuple(shared),
        run=private.run,
        run_files=tuple(run_files),
    )


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it has just ended
            process.kill()
