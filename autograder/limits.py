"""What a submission may use. Every limit is a setting: `c.Limits` in nbgrader_config.py."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20

# Not settings, since no honest answer comes near them
MAX_OPEN_FILES_PER_PROCESS = 1024  # a kernel has about sixty
MAX_OPEN_FILES = (
    4_096  # files and sockets of all processes: a socket can hold 0.4 MiB of the machine's memory
)
MAX_SCRATCH_FILES = 100_000  # an empty file takes 1 KiB of memory


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; times in seconds, sizes in MiB.

    Attributes
    ----------
    call : float
        Seconds for one call of a student's function.
    cell : float
        Seconds for one cell.
    training : float
        Seconds for one cell that serves the final training.
    submission : float
        Seconds for the whole submission.
    start : float
        Seconds for the start of a kernel; a machine that needs longer is overloaded, which is an internal
        error.
    memory : int
        MiB of memory for all processes together.
    disk : int
        MiB of files in the scratch folder, which is in memory too.
    output : int
        MiB of outputs that are kept of one cell; the rest is dropped.
    notebook_output : int
        MiB of outputs that are kept of all cells together.
    processes : int
        Number of processes and threads together.
    threads : int
        Threads of the linear algebra library, on which the last digits of a sum depend; 0 for one per core.
    user : str
        The account that student code runs as without a sandbox, "" for the grader's own.
    """

    call: float = 10.0
    cell: float = 60.0
    training: float = 1200.0
    submission: float = 1800.0
    start: float = 60.0
    memory: int = 4096
    disk: int = 1024
    output: int = 1
    notebook_output: int = 16
    processes: int = 512
    threads: int = 0
    user: str = ""
