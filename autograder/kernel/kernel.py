"""One kernel in its sandbox, from start to end: it runs cells and carries requests to the agent."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbformat.notebooknode import NotebookNode

from autograder.errors import SandboxError, SubmissionError
from autograder.kernel.outputs import Outputs
from autograder.kernel.wire import REPLY_BYTES, SLICE, Wire, answers
from autograder.kernel.zmtp import MAX_PARTS, TooLarge
from autograder.limits import MIB, Limits
from autograder.sandbox import account, bwrap, cgroup, environment, lifeline
from autograder.sandbox.process import spec_config
from autograder.sandbox.watchdog import Watchdog

GRACE = 2.0  # seconds that interrupted code has to give up before it is killed
POLL = 0.02  # seconds between two looks for the sockets of a kernel, which takes half a second to start
TAIL = 0.5  # seconds of silence after which no more output of a finished cell is waited for
TOO_LARGE = f"it answered with more than {REPLY_BYTES // MIB} MiB or {MAX_PARTS} arrays"
LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.hist_file=:memory:"]


class Kernel:
    """A kernel and all that belongs to it; use as a context manager.

    Parameters
    ----------
    files : Path
        The assignment's own files, shown read-only in the working folder.
    data : Path or None
        A prepared data folder.
    limits : Limits
    sealed : bool
        False runs the kernel without a sandbox, with the rights of whoever runs the grader.
    """

    def __init__(self, files: Path, data: Path | None, limits: Limits, sealed: bool = True):
        self._files = files
        self._data = data
        self._limits = limits
        self._sealed = sealed
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Kernel:
        """Start the kernel; raise SandboxError where it does not come up."""
        with contextlib.ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="ag-"))
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            (self._folder / "s").mkdir(mode=0o700)
            stack.enter_context(lifeline.held(self._folder / "s"))
            parent = cgroup.delegated() if self._sealed else None
            entry = stack.enter_context(cgroup.group_for(self._limits, self._folder.name, parent))
            self._manager = self._start(entry)
            self._provisioner = self._manager.provisioner
            stack.callback(self._end)
            self._watchdog = Watchdog(self._provisioner, self._limits)
            self._watchdog.start()
            stack.callback(self._watchdog.stop)
            self._wire = self._connect()
            stack.callback(self._wire.close)
            self._await_kernel()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _start(self, entry: list[str]) -> KernelManager:
        """Start the process, behind the prefix that enters its control group."""
        prefix, variables, python, cwd = self._launch()
        identity = [] if self._sealed else account.prefix(self._limits.user)
        manager = KernelManager()
        manager._kernel_spec = KernelSpec(
            argv=[*identity, python, *LAUNCH],
            language="python",
            metadata=spec_config(self._folder / "s", entry + prefix, variables, self._limits),
        )
        nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manager.start_kernel(cwd=str(cwd), **nowhere)
        return manager

    def _launch(self) -> tuple[list[str], dict[str, str], str, Path]:
        """Return the command's prefix, the kernel's variables, its interpreter and where it starts."""
        if self._sealed:
            found = bwrap.find_bubblewrap()
            prefix = bwrap.command(
                found, self._folder, self._folder / "s", self._files, self._data, self._limits
            )
            data = bwrap.DATA if self._data else None
            return (
                prefix,
                bwrap.kernel_variables(self._limits, data=data),
                environment.python_command(),
                Path("/"),
            )
        home = self._folder / "work"
        shutil.copytree(self._files, home)
        account.give(self._folder, self._limits.user)
        data = str(self._data) if self._data else None
        return [], bwrap.kernel_variables(self._limits, str(home), data), sys.executable, home

    def _end(self) -> None:
        self._provisioner.end()
        self._manager.cleanup_resources()

    def _connect(self) -> Wire:
        """Connect to the kernel's sockets, as soon as it has made them and before it runs any code."""
        info = self._manager.get_connection_info()
        ports = {"shell": info["shell_port"], "iopub": info["iopub_port"]}
        end = time.monotonic() + self._limits.start
        while self.alive and time.monotonic() < end:
            with contextlib.suppress(OSError):
                return Wire(self._provisioner.root() + info["ip"], ports, info["key"])
            time.sleep(POLL)
        raise self._not_started()

    def _await_kernel(self) -> None:
        """Wait until the kernel answers."""
        request = self._wire.send("kernel_info_request", {})
        if self._reply(request, self._limits.start) is None:
            raise self._not_started()

    def _not_started(self) -> SandboxError:
        return SandboxError(f"the kernel did not start within {self._limits.start:g} s{self._last_words()}")

    @property
    def alive(self) -> bool:
        process = self._provisioner.process
        return process is not None and process.poll() is None

    @property
    def peak_memory(self) -> int:
        """The most memory seen in use, in bytes."""
        return self._watchdog.peak

    def run_cell(
        self, source: str, seconds: float, room: int | None = None
    ) -> tuple[list[NotebookNode], SubmissionError | None]:
        """Run a cell.

        Parameters
        ----------
        seconds : float
            How long it may take.
        room : int or None
            Characters of output that the notebook has left, where that is less than a cell may have.

        Returns
        -------
        outputs : list of NotebookNode
        error : SubmissionError or None
            Why the cell did not end well: "raised", "timeout" or "died".
        """
        most = self._limits.output * MIB
        outputs = Outputs(most if room is None else min(most, room))
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        request = self._wire.send(
            "execute_request", {**content, "user_expressions": {}, "stop_on_error": False}
        )
        try:
            reply = self._finish(request, seconds, outputs)
        except SubmissionError as error:
            return outputs.close(), error
        self._drain(request, outputs)
        if reply["content"].get("status") == "ok":
            return outputs.close(), None
        return outputs.close(), SubmissionError("the cell stopped with an error", "raised")

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Carry a request to the agent and return its reply; see `student.Channel`."""
        request = self._wire.send("autograder_request", content, buffers)
        reply = self._finish(request, self._limits.call, None)
        return reply["content"], reply.get("buffers") or []

    def install_agent(self, first: int) -> None:
        """Put the agent in the kernel; the objects that it keeps are numbered from `first`."""
        source = package_files("autograder.kernel").joinpath("agent.py").read_text()
        code = f"exec(compile({source!r}, '<agent>', 'exec'), {{'__name__': 'agent', 'FIRST': {first}}})"
        request = self._wire.send("execute_request", {"code": code, "silent": True, "store_history": False})
        reply = self._reply(request, self._limits.start)
        if reply is None or reply["content"].get("status") != "ok":
            raise SandboxError(f"the kernel did not take the agent in{self._last_words()}")

    def _finish(self, request: str, seconds: float, outputs: Outputs | None) -> dict[str, Any]:
        """Wait for the reply; interrupt after the given time, then kill; raise SubmissionError."""
        reply = self._reply(request, seconds, outputs)
        if reply is not None:
            return reply
        if self._wire.closed or not self.alive:
            raise self._died()
        self._manager.interrupt_kernel()
        if self._reply(request, GRACE, outputs) is None:
            self._provisioner.end()
        raise SubmissionError(f"it did not finish within {seconds:g} s", "timeout")

    def _died(self) -> SubmissionError:
        """Tell of a kernel that hung up, and make sure that it is gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._provisioner.process.wait(timeout=GRACE)
        last_words = self._last_words() or ": it closed its connection"
        self._provisioner.end()
        return SubmissionError(f"the kernel died{last_words}", "died")

    def _reply(self, request: str, seconds: float, outputs: Outputs | None = None) -> dict[str, Any] | None:
        """Return the reply to a request, or None where none came in time or the kernel died."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            messages = self._wire.receive(min(left, SLICE))
            for channel, message in messages:
                if channel == "iopub":
                    self._show(message, request, outputs)
                elif isinstance(message, TooLarge):
                    raise SubmissionError(TOO_LARGE, "returned")
                elif answers(message, request):
                    return message
            if not messages and (self._wire.closed or not self.alive):
                return None
        return None

    @staticmethod
    def _show(message: dict[str, Any] | TooLarge, request: str, outputs: Outputs | None) -> None:
        """Take in a message of the iopub channel, where it is about this request."""
        if outputs is None:
            return
        if isinstance(message, TooLarge):
            outputs.cut()
        elif answers(message, request):
            outputs.add(message)

    def _drain(self, request: str, outputs: Outputs) -> None:
        """Take in what a finished cell has still to show, until the kernel says that it is idle."""
        end = time.monotonic() + 4 * TAIL
        while not outputs.ended and time.monotonic() < end and (messages := self._wire.receive(TAIL)):
            for channel, message in messages:
                if channel == "iopub":
                    self._show(message, request, outputs)

    def _last_words(self) -> str:
        if self._watchdog.reason:
            return f": {self._watchdog.reason}"
        process = self._provisioner.process
        return (
            f" with exit code {process.poll()}" if process is not None and process.poll() is not None else ""
        )
