"""A lock that tells a sandbox, while it starts, whether the process that started it is still alive.

bwrap asks the operating system to kill it when its parent dies (`--die-with-parent`), but only some
milliseconds after its own start. If the parent were killed before that, nothing would end the sandbox. So the
parent holds a file lock for as long as it lives, and the first program inside exits if it can take that lock.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "alive"
# If flock gets the lock, its holder is dead: run `true` and exit. If it does not, run the program.
RUN_IF_HELD = 'flock --nonblock "$0" true || exec "$@"'


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Create the lock file in a folder and hold its lock; the system releases it when this process dies."""
    with (folder / FILE_NAME).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_if_held(path: str) -> list[str]:
    """Return a command prefix that runs the rest of the command only if the lock on a file is held."""
    return ["sh", "-c", RUN_IF_HELD, path]
