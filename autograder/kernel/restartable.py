"""The kernel of one notebook, replaced when it dies, until the submission's time is used up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.errors import SubmissionError
from autograder.kernel.kernel import Kernel

MAX_KERNELS = 6  # more than an assignment has exercises; a notebook that kills so many gets no other
OBJECTS_PER_KERNEL = 1_000_000  # numbers that one kernel's agent may give to the objects that it keeps


class RestartableKernel:
    """Holds the current kernel and enforces the submission's deadline; it is the channel of a `Student`.

    The time runs from the construction. There is no kernel before the first `restart`.

    Parameters
    ----------
    start : callable
        Starts a kernel; it may raise SandboxError.
    timeout_s : float
        How long the whole submission may take.
    """

    def __init__(self, start: Callable[[], Kernel], timeout_s: float):
        self._start = start
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s
        self._kernel: Kernel | None = None
        self._started = 0
        self._peak_memory = 0

    @property
    def alive(self) -> bool:
        """Whether there is a kernel and it runs."""
        return self._kernel is not None and self._kernel.alive

    @property
    def peak_memory(self) -> int:
        """The most memory that any of the kernels was seen to use, in bytes."""
        current = 0 if self._kernel is None else self._kernel.process.peak_memory
        return max(self._peak_memory, current)

    def restart(self) -> None:
        """Close the current kernel, if any; start another one and install the agent in it.

        Raises
        ------
        SubmissionError
            If the notebook has used up its kernels; of the kind "died".
        SandboxError
            If the kernel does not start.
        """
        self.close()
        if self._started >= MAX_KERNELS:
            raise SubmissionError(
                f"the notebook killed {MAX_KERNELS} kernels and is not started again", "died"
            )
        self._kernel = self._start()
        self._started += 1
        # Each kernel has numbers of its own, so that an object of an earlier one is unknown
        self._kernel.install_agent((self._started - 1) * OBJECTS_PER_KERNEL)

    def run_cell(
        self, source: str, timeout_s: float, max_characters: int
    ) -> tuple[list[NotebookNode], SubmissionError | None]:
        """Run a cell, no longer than the submission has left; see `Kernel.run_cell`.

        Raises
        ------
        SubmissionError
            If the submission has no time left, or the kernel is dead.
        """
        kernel = self._usable()
        return kernel.run_cell(source, min(timeout_s, self._time_left_s()), max_characters)

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Carry a request to the agent and return its reply; see `student.Channel`.

        Raises
        ------
        SubmissionError
            If the submission has no time left, the kernel is dead, or `Kernel.request` raises it.
        """
        return self._usable().request(content, buffers)

    def close(self) -> None:
        """Close the current kernel, if any."""
        if self._kernel is not None:
            self._peak_memory = self.peak_memory
            self._kernel.close()
            self._kernel = None

    def _usable(self) -> Kernel:
        if self._time_left_s() <= 0:
            minutes = self._timeout_s / 60
            raise SubmissionError(
                f"the submission used up its {minutes:g} minutes before this check", "timeout"
            )
        if self._kernel is None or not self._kernel.alive:
            raise SubmissionError("the kernel is dead", "died")
        return self._kernel

    def _time_left_s(self) -> float:
        return self._deadline - time.monotonic()
