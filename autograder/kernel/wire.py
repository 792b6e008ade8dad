"""The trusted end of a kernel's sockets: bounded messages in, nothing believed.

What a kernel sends was written by a stranger. A message that is too large, malformed, or an answer to
something else is dropped; a dropped message never raises. The signatures prove nothing, since the
key is in the student's process, so they are not checked.
"""

from __future__ import annotations

import json
import time
from typing import Any

from jupyter_client.session import DELIM, Session

from autograder.kernel.zmtp import Connection, TooLarge, wait
from autograder.limits import MIB

REPLY_BYTES = 264 * MIB  # above what student.codec admits, so that it can say so
OUTPUT_BYTES = 8 * MIB  # a cell's whole output in one message, escaped as JSON
JSON_BYTES = 8 * MIB  # of lists in lists this makes 200 MB of objects, for as long as they are looked at
SLICE = 0.1  # seconds between two looks at whether the kernel lives

Message = dict[str, Any]


class Wire:
    """Requests to a kernel over its shell socket, and outputs from its iopub socket.

    Parameters
    ----------
    address : str
        The prefix of the kernel's socket files.
    ports : dict
        `shell` and `iopub`: the numbers that end their names.
    key : bytes
        What messages are signed with.

    Raises
    ------
    OSError
        If the kernel does not listen there (yet).
    """

    def __init__(self, address: str, ports: dict[str, int], key: bytes):
        self._session = Session(key=key)
        self._shell = Connection(f"{address}-{ports['shell']}", "DEALER", REPLY_BYTES)
        try:
            self._iopub = Connection(f"{address}-{ports['iopub']}", "SUB", OUTPUT_BYTES)
        except OSError:
            self._shell.close()
            raise
        # Outputs come before the reply that they precede
        self._named = {"iopub": self._iopub, "shell": self._shell}

    def close(self) -> None:
        self._shell.close()
        self._iopub.close()

    @property
    def closed(self) -> bool:
        """Whether the kernel has hung up."""
        return self._shell.closed or self._iopub.closed

    def send(self, kind: str, content: dict[str, Any], buffers: list[bytes] | None = None) -> str:
        """Send a request on the shell socket and return its id."""
        message = self._session.msg(kind, content)
        self._shell.send([*self._session.serialize(message), *(buffers or [])])
        return message["header"]["msg_id"]

    def receive(self, seconds: float) -> list[tuple[str, Message | TooLarge]]:
        """Return what comes first within some seconds: at most one message of each channel, with its name."""
        end = time.monotonic() + seconds
        while not (messages := self._poll(max(0.0, end - time.monotonic()))):
            if self.closed or time.monotonic() > end:
                break
        return messages

    def _poll(self, seconds: float) -> list[tuple[str, Message | TooLarge]]:
        """Return what has been taken in; take in more from a channel that has no whole message."""
        pending = self._take(self._named)
        idle = {name: connection for name, connection in self._named.items() if name not in pending}
        for connection in wait(list(idle.values()), 0 if pending else seconds):
            connection.read()
        pending |= self._take(idle)
        parsed = [(name, parse(pending[name])) for name in self._named if name in pending]
        return [(name, message) for name, message in parsed if message is not None]

    @staticmethod
    def _take(named: dict[str, Connection]) -> dict[str, list[bytes] | TooLarge]:
        found = {name: connection.next() for name, connection in named.items()}
        return {name: parts for name, parts in found.items() if parts is not None}


def parse(parts: list[bytes] | TooLarge) -> Message | TooLarge | None:
    """Return the message that a kernel's frames hold, None where they hold none."""
    if isinstance(parts, TooLarge):
        return parts
    try:
        start = parts.index(DELIM) + 2  # behind it, the signature
        head, buffers = parts[start : start + 4], parts[start + 4 :]
        if sum(map(len, head)) > JSON_BYTES:
            return None
        header, parent, _, content = map(json.loads, head)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(part, dict) for part in (header, parent, content)):
        return None
    return {"header": header, "parent_header": parent, "content": content, "buffers": buffers}


def answers(message: Message, request: str) -> bool:
    """Tell whether a message says that it answers the request of this id."""
    return message["parent_header"].get("msg_id") == request
