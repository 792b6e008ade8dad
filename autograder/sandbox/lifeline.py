"""A lock by which a sandbox sees, as it starts, whether whoever started it is still there.

bwrap asks the kernel to die with its parent, but only milliseconds after its start: a parent that was killed
before that would leave a sandbox which nobody ends. So the trusted side holds a lock for as long as it
lives, and the first program inside ends where that lock can be had.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "alive"
IF_ALIVE = (
    'flock --nonblock "$0" true || exec "$@"'  # the lock can be had: its holder is dead, and we are done
)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock, in a file of this folder; the system lets go of it when this process dies."""
    with (folder / NAME).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def guarded(path: str) -> list[str]:
    """Return the prefix of a command that is to run only while the lock on a file is held."""
    return ["sh", "-c", IF_ALIVE, path]
