"""Refuses to start a kernel while the environment forbids it, in this process and in every Python process below.

Python imports a module of this name when it starts, so a folder on PYTHONPATH is enough for child processes.
"""

import os
import sys

FORBIDDEN = "KERNELS_FORBIDDEN"  # names the file that each attempt to start a kernel is written to
STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")


def refuse(event, arguments):
    """Raise PermissionError, as an audit hook, if a program with "ipykernel" in its command is about to start."""
    if event not in STARTS or FORBIDDEN not in os.environ:
        return
    command = repr(arguments[:2])  # the program and its arguments; the environment comes behind
    if "ipykernel" in command:
        with open(os.environ[FORBIDDEN], "a") as file:
            file.write(f"{command}\n")
        raise PermissionError("a test without the mark `kernel` starts a kernel")


sys.addaudithook(refuse)
