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

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbformat.notebooknode import NotebookNode

from autograder.errors import SandboxError, SubmissionError
from autograder.sandbox import bwrap, environment
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.outputs import Outputs
from autograder.sandbox.provisioner import spec_config
from autograder.sandbox.watchdog import Watchdog
from autograder.sandbox.wire import SLICE, Wire, answers

GRACE = 2.0  # seconds that interrupted code has to give up before it is killed
TAIL = 0.5  # seconds of silence after which no more output of a finished cell is waited for
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
            self._manager = self._start()
            self._provisioner = self._manager.provisioner
            stack.callback(self._end)
            info = self._manager.get_connection_info()
            ports = {"shell": info["shell_port"], "iopub": info["iopub_port"]}
            self._wire = Wire(info["ip"], ports, info["key"])
            stack.callback(self._wire.close)
            root = psutil.Process(self._provisioner.process.pid)
            self._watchdog = Watchdog(root, self._folder / "s", self._limits, self._provisioner.end)
            self._watchdog.start()
            stack.callback(self._watchdog.stop)
            self._await_kernel()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _start(self) -> KernelManager:
        prefix, variables, python, cwd = self._launch()
        manager = KernelManager()
        manager._kernel_spec = KernelSpec(
            argv=[python, *LAUNCH],
            language="python",
            metadata=spec_config(self._folder / "s", prefix, variables, self._limits),
        )
        manager.start_kernel(cwd=str(cwd), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
        data = str(self._data) if self._data else None
        return [], bwrap.kernel_variables(self._limits, str(home), data), sys.executable, home

    def _end(self) -> None:
        self._provisioner.end()
        self._manager.cleanup_resources()
        with contextlib.suppress(Exception):
            self._provisioner.process.wait(timeout=10)

    def _await_kernel(self) -> None:
        """Wait until the kernel answers."""
        request = self._wire.send("kernel_info_request", {})
        if self._reply(request, self._limits.start) is None:
            raise SandboxError(
                f"the kernel did not start within {self._limits.start:g} s{self._last_words()}"
            )

    @property
    def alive(self) -> bool:
        process = self._provisioner.process
        return process is not None and process.poll() is None

    @property
    def peak_memory(self) -> int:
        """The most memory seen in use, in bytes."""
        return self._watchdog.peak

    def run_cell(self, source: str, seconds: float) -> tuple[list[NotebookNode], SubmissionError | None]:
        """Run a cell.

        Parameters
        ----------
        seconds : float
            How long it may take.

        Returns
        -------
        outputs : list of NotebookNode
        error : SubmissionError or None
            Why the cell did not end well: "raised", "timeout" or "died".
        """
        outputs = Outputs(self._limits.output * MIB)
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        request = self._wire.send(
            "execute_request", {**content, "user_expressions": {}, "stop_on_error": False}
        )
        try:
            reply = self._finish(request, seconds, outputs)
        except SubmissionError as error:
            return outputs.nodes, error
        self._drain(request, outputs)
        if reply["content"].get("status") == "ok":
            return outputs.nodes, None
        return outputs.nodes, SubmissionError("the cell stopped with an error", "raised")

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Carry a request to the agent and return its reply; see `student.Channel`."""
        request = self._wire.send("autograder_request", content, buffers)
        reply = self._finish(request, self._limits.call, None)
        return reply["content"], reply.get("buffers") or []

    def install_agent(self, first: int) -> None:
        """Put the agent in the kernel; the objects that it keeps are numbered from `first`."""
        source = package_files("autograder.student").joinpath("agent.py").read_text()
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
        if self.alive:
            self._manager.interrupt_kernel()
            if self._reply(request, GRACE, outputs) is None:
                self._provisioner.end()
            raise SubmissionError(f"it did not finish within {seconds:g} s", "timeout")
        raise SubmissionError(f"the kernel died{self._last_words()}", "died")

    def _reply(self, request: str, seconds: float, outputs: Outputs | None = None) -> dict[str, Any] | None:
        """Return the reply to a request, or None where none came in time or the kernel died."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            messages = self._wire.receive(min(left, SLICE))
            for channel, message in messages:
                if channel == "shell" and answers(message, request):
                    return message
                if channel == "iopub" and outputs is not None and answers(message, request):
                    outputs.add(message)
            if not messages and not self.alive:
                return None
        return None

    def _drain(self, request: str, outputs: Outputs) -> None:
        """Take in what a finished cell has still to show, until the kernel says that it is idle."""
        end = time.monotonic() + 4 * TAIL
        while time.monotonic() < end and (messages := self._wire.receive(TAIL)):
            for channel, message in messages:
                if channel != "iopub" or not answers(message, request):
                    continue
                outputs.add(message)
                if message["content"].get("execution_state") == "idle":
                    return

    def _last_words(self) -> str:
        if self._watchdog.reason:
            return f": {self._watchdog.reason}"
        process = self._provisioner.process
        return (
            f" with exit code {process.poll()}" if process is not None and process.poll() is not None else ""
        )
