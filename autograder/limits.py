"""What a submission may use. Every limit is a setting: `c.Limits` in nbgrader_config.py."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20

# What no honest answer comes near, so that these are no settings
DESCRIPTORS = 1024  # open files of a process; a kernel has about sixty
MAX_OPEN = 4_096  # files and sockets of all processes: a socket can hold 0.4 MiB of the machine's memory
MAX_FILES = 100_000  # in the scratch folder; a file of no bytes takes 1 KiB of memory


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; times in seconds, sizes in MiB.

    Attributes
    ----------
    call : float
        One call of a student's function.
    cell : float
        One cell.
    training : float
        The cells that serve the final training.
    submission : float
        All of it.
    start : float
        The start of a kernel; a machine that needs longer is overloaded, which is our fault.
    memory : int
        Memory of all processes together.
    disk : int
        The scratch folder, which is memory too.
    output : int
        The outputs of one cell that are kept; what is over is dropped.
    notebook_output : int
        The outputs of all its cells.
    processes : int
        Processes and threads together.
    threads : int
        Threads of the linear algebra library, on which the last digits of a sum depend; 0 takes what the
        machine has.
    user : str
        The account that code runs as where there is no sandbox, "" for whoever grades.
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
