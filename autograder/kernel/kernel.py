"""A running kernel: it runs cells and carries requests to the agent."""

from __future__ import annotations

import time
from importlib.resources import files as package_files
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.errors import SandboxError, SubmissionError
from autograder.kernel.outputs import Outputs
from autograder.kernel.wire import MAX_REPLY_BYTES, POLL_INTERVAL_S, Message, Wire, is_reply_to
from autograder.kernel.zmtp import MAX_FRAMES, TooLarge
from autograder.limits import MIB, Limits
from autograder.sandbox.process import SandboxedProcess

INTERRUPT_TIMEOUT_S = 2.0  # how long interrupted code may go on before it is killed
EXIT_TIMEOUT_S = 2.0  # how long a kernel that has hung up may take to exit by itself
SILENCE_S = 0.5  # after a finished cell has been silent for so long, no more output of it is expected
DRAIN_TIMEOUT_S = 2.0  # how long its outputs are waited for at most
TOO_LARGE = f"it answered with more than {MAX_REPLY_BYTES // MIB} MiB or {MAX_FRAMES} arrays"


class Kernel:
    """A kernel that answers; `launch.start_kernel` makes one.  Use as a context manager, or close it.

    Parameters
    ----------
    process : SandboxedProcess
        The process that it runs in.
    wire : Wire
        The connection to it.
    limits : Limits
    """

    def __init__(self, process: SandboxedProcess, wire: Wire, limits: Limits):
        self.process = process
        self._wire = wire
        self._limits = limits

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, kill every process of the sandbox and remove its files."""
        self._wire.close()
        self.process.close()

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process.alive

    def answers(self, timeout_s: float) -> bool:
        """Ask for the kernel's description; return whether it answers within some seconds."""
        return self._reply(self._wire.send("kernel_info_request", {}), timeout_s) is not None

    def install_agent(self, first_object: int) -> None:
        """Run the agent's source in the kernel; it numbers the objects that it keeps from `first_object`.

        Raises
        ------
        SandboxError
            If the kernel does not run it: it has not run any code of the student's yet.
        """
        source = package_files("autograder.kernel").joinpath("agent.py").read_text()
        run = f"exec(compile({source!r}, '<agent>', 'exec'), names), names['install']({first_object})"
        code = f"(lambda names: ({run}))({{'__name__': 'agent'}})"  # leaves no name in the notebook
        request = self._wire.send("execute_request", {"code": code, "silent": True, "store_history": False})
        reply = self._reply(request, self._limits.start)
        if reply is None or reply["content"].get("status") != "ok":
            raise SandboxError(f"the agent could not be installed in the kernel{how_it_ended(self.process)}")

    def run_cell(
        self, source: str, timeout_s: float, max_characters: int | None = None
    ) -> tuple[list[NotebookNode], SubmissionError | None]:
        """Run a cell; a cell that does not finish in time is interrupted, and then killed.

        Parameters
        ----------
        timeout_s : float
        max_characters : int or None
            Characters of output that the notebook may still have, if that is less than a cell may have.

        Returns
        -------
        outputs : list of NotebookNode
        error : SubmissionError or None
            Why the cell did not end well: "raised", "timeout" or "died".
        """
        limit = self._limits.output * MIB
        outputs = Outputs(limit if max_characters is None else min(limit, max_characters))
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        request = self._wire.send(
            "execute_request", {**content, "user_expressions": {}, "stop_on_error": False}
        )
        try:
            reply = self._finish(request, timeout_s, outputs)
        except SubmissionError as error:
            return outputs.close(), error
        self._drain(request, outputs)
        if reply["content"].get("status") == "ok":
            return outputs.close(), None
        return outputs.close(), SubmissionError("the cell stopped with an error", "raised")

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Carry a request to the agent and return its reply; see `student.Channel`.

        Raises
        ------
        SubmissionError
            If no reply comes within `limits.call` seconds, the kernel dies, or the reply is too large.
        """
        request = self._wire.send("autograder_request", content, buffers)
        reply = self._finish(request, self._limits.call, None)
        return reply["content"], reply["buffers"]

    def _finish(self, request: str, timeout_s: float, outputs: Outputs | None) -> Message:
        """Wait for the reply; interrupt the kernel after the timeout, and kill it if that does not help."""
        reply = self._reply(request, timeout_s, outputs)
        if reply is not None:
            return reply
        if self._wire.closed or not self.alive:
            raise self._died()
        self.process.interrupt()
        if self._reply(request, INTERRUPT_TIMEOUT_S, outputs) is None:
            self.process.end()
        raise SubmissionError(f"it did not finish within {timeout_s:g} s", "timeout")

    def _died(self) -> SubmissionError:
        """Make sure that a kernel which has hung up is gone, and return the error that says how it ended."""
        self.process.wait(EXIT_TIMEOUT_S)
        ending = how_it_ended(self.process) or ": it closed its connection"
        self.process.end()
        return SubmissionError(f"the kernel died{ending}", "died")

    def _reply(self, request: str, timeout_s: float, outputs: Outputs | None = None) -> Message | None:
        """Return the reply to a request, None if none came in time or the kernel died."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            messages = self._wire.receive(min(left, POLL_INTERVAL_S))
            for channel, message in messages:
                if channel == "iopub":
                    _collect(message, request, outputs)
                elif isinstance(message, TooLarge):
                    raise SubmissionError(TOO_LARGE, "returned")
                elif is_reply_to(message, request):
                    return message
            if not messages and (self._wire.closed or not self.alive):
                return None
        return None

    def _drain(self, request: str, outputs: Outputs) -> None:
        """Collect the last outputs of a finished cell, until the kernel says that it is idle."""
        deadline = time.monotonic() + DRAIN_TIMEOUT_S
        while not outputs.ended and time.monotonic() < deadline:
            messages = self._wire.receive(SILENCE_S)
            if not messages:
                return
            for channel, message in messages:
                if channel == "iopub":
                    _collect(message, request, outputs)


def _collect(message: Message | TooLarge, request: str, outputs: Outputs | None) -> None:
    """Add a message of the iopub channel to the outputs, if it belongs to this request."""
    if outputs is None:
        return
    if isinstance(message, TooLarge):
        outputs.cut()
    elif is_reply_to(message, request):
        outputs.add(message)


def how_it_ended(process: SandboxedProcess) -> str:
    """Return how a process ended, as the end of a sentence; "" if it has not ended."""
    if process.exceeded:
        return f": {process.exceeded}"
    return "" if process.exit_code is None else f" with exit code {process.exit_code}"
