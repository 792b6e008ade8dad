"""The trusted end of a kernel's sockets: it sends requests, and takes messages in within bounds.

What a kernel sends is untrusted. A message that is too large, malformed, or a reply to something else is
dropped and never raises. The signatures prove nothing, since the key is in the student's process, so they
are not checked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, TypedDict

from jupyter_client.session import DELIM, Session

from autograder.kernel.zmtp import Connection, TooLarge, wait
from autograder.limits import MIB

MAX_REPLY_BYTES = 264 * MIB  # more than the codec admits, so that its own limit is the one that is named
MAX_OUTPUT_BYTES = 8 * MIB  # the whole output of a cell in one message, escaped as JSON
MAX_JSON_BYTES = 8 * MIB  # of nested lists this makes 200 MB of objects, until the message is dropped
POLL_INTERVAL_S = 0.1  # between two looks at whether the kernel is alive


class Message(TypedDict):
    """A message of Jupyter's protocol, as far as the grader reads it."""

    header: dict[str, Any]
    parent_header: dict[str, Any]
    content: dict[str, Any]
    buffers: list[bytes]


class Wire:
    """A connection to a kernel's shell socket, for requests, and to its iopub socket, for outputs.

    Parameters
    ----------
    address : str
        The path with which the names of the kernel's sockets begin.
    ports : mapping
        The numbers with which they end, for "shell" and "iopub".
    key : bytes
        The key that messages are signed with.

    Raises
    ------
    OSError
        If the kernel does not listen there, or not yet.
    """

    def __init__(self, address: str, ports: Mapping[str, int], key: bytes):
        self._session = Session(key=key)
        self._shell = Connection(f"{address}-{ports['shell']}", "DEALER", MAX_REPLY_BYTES)
        try:
            self._iopub = Connection(f"{address}-{ports['iopub']}", "SUB", MAX_OUTPUT_BYTES)
        except OSError:
            self._shell.close()
            raise
        # In this order, since outputs come before the reply that they belong to
        self._channels = {"iopub": self._iopub, "shell": self._shell}

    def close(self) -> None:
        """Close both connections."""
        self._shell.close()
        self._iopub.close()

    @property
    def closed(self) -> bool:
        """Whether either side has closed a connection."""
        return self._shell.closed or self._iopub.closed

    def send(self, kind: str, content: dict[str, Any], buffers: list[bytes] | None = None) -> str:
        """Send a request on the shell socket and return its id."""
        message = self._session.msg(kind, content)
        self._shell.send([*self._session.serialize(message), *(buffers or [])])
        return str(message["header"]["msg_id"])

    def receive(self, timeout_s: float) -> list[tuple[str, Message | TooLarge]]:
        """Wait for messages; return at most one of each channel, with the channel's name, [] if none came."""
        deadline = time.monotonic() + timeout_s
        while not (messages := self._poll(max(0.0, deadline - time.monotonic()))):
            if self.closed or time.monotonic() > deadline:
                break
        return messages

    def _poll(self, timeout_s: float) -> list[tuple[str, Message | TooLarge]]:
        """Return the messages that are complete; read from the channels that have none."""
        pending = _next_messages(self._channels)
        idle = {name: channel for name, channel in self._channels.items() if name not in pending}
        for connection in wait(list(idle.values()), 0 if pending else timeout_s):
            connection.read()
        pending |= _next_messages(idle)
        parsed = [(name, parse(pending[name])) for name in self._channels if name in pending]
        return [(name, message) for name, message in parsed if message is not None]


def _next_messages(channels: Mapping[str, Connection]) -> dict[str, list[bytes] | TooLarge]:
    found = {name: channel.next_message() for name, channel in channels.items()}
    return {name: frames for name, frames in found.items() if frames is not None}


def parse(frames: list[bytes] | TooLarge) -> Message | TooLarge | None:
    """Return the message that a kernel's frames contain, None if they are malformed."""
    if isinstance(frames, TooLarge):
        return frames
    try:
        start = frames.index(DELIM) + 2  # after the delimiter and the signature
        head, buffers = frames[start : start + 4], frames[start + 4 :]
        if sum(map(len, head)) > MAX_JSON_BYTES:
            return None
        header, parent, _, content = map(json.loads, head)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(part, dict) for part in (header, parent, content)):
        return None
    return {"header": header, "parent_header": parent, "content": content, "buffers": buffers}


def is_reply_to(message: Message, request: str) -> bool:
    """Tell whether a message says that it belongs to the request of this id."""
    return bool(message["parent_header"].get("msg_id") == request)
