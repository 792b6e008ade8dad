"""The trusted end of a kernel's sockets: bounded messages in, nothing believed.

What a kernel sends was written by a stranger. A message that is too large, malformed, or an answer to
something else is dropped; a dropped message never raises.
"""

from __future__ import annotations

from typing import Any

import zmq
from jupyter_client.session import Session

from autograder.sandbox.limits import MIB

REPLY_BYTES = 300 * MIB  # above what student.codec admits, so that it can say so
OUTPUT_BYTES = 4 * MIB
OUTPUT_QUEUE = 64  # messages; with OUTPUT_BYTES, the most that a flood can hold in our memory
SLICE = 0.1  # seconds between two looks at whether the kernel lives


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
    """

    def __init__(self, address: str, ports: dict[str, int], key: bytes):
        self._context = zmq.Context()
        self._session = Session(key=key)
        self._shell = self._connect(zmq.DEALER, f"ipc://{address}-{ports['shell']}", REPLY_BYTES, 16)
        self._iopub = self._connect(zmq.SUB, f"ipc://{address}-{ports['iopub']}", OUTPUT_BYTES, OUTPUT_QUEUE)
        self._iopub.subscribe(b"")

    def _connect(self, kind: int, url: str, largest: int, queue: int) -> zmq.Socket:
        socket = self._context.socket(kind)
        socket.linger = 0
        socket.maxmsgsize = largest
        socket.rcvhwm = queue
        socket.connect(url)
        return socket

    def close(self) -> None:
        self._context.destroy(linger=0)

    def send(self, kind: str, content: dict[str, Any], buffers: list[bytes] | None = None) -> str:
        """Send a request on the shell socket and return its id."""
        message = self._session.send(self._shell, kind, content, buffers=buffers)
        return message["header"]["msg_id"]

    def receive(self, wait: float) -> list[tuple[str, dict[str, Any]]]:
        """Return the messages that come within `wait` seconds, as (channel, message)."""
        ready, _, _ = zmq.select([self._shell, self._iopub], [], [], wait)
        named = (("iopub", self._iopub), ("shell", self._shell))  # outputs come before the reply they precede
        return [
            (name, message) for name, socket in named if socket in ready for message in self._take(socket)
        ]

    def _take(self, socket: zmq.Socket) -> list[dict[str, Any]]:
        """Return the next message of a socket, or none where it is nonsense."""
        try:
            _, message = self._session.recv(socket)
        except Exception:  # whatever a stranger's bytes make of the parser
            return []
        return [message] if _is_message(message) else []


def _is_message(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and isinstance(message.get("content"), dict)
        and isinstance(message.get("parent_header"), dict)
        and isinstance(message.get("header"), dict)
    )


def answers(message: dict[str, Any], request: str) -> bool:
    """Tell whether a message says that it answers the request of this id."""
    return message["parent_header"].get("msg_id") == request
