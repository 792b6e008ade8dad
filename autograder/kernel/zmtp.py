"""A client's end of one ZeroMQ socket, in which nothing queues for us.

libzmq bounds the frames of a message but not their number, takes in what nobody has asked for,
and connects again, to whatever stands there, when a peer hangs up. A stranger holds the other end, so
this speaks the few lines of its protocol (ZMTP 3.0, rfc.zeromq.org/spec/23) that a client needs: bytes are
read only when somebody asks, a message over its limit is skipped as it arrives, and a
connection that was closed stays closed.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Sequence

MORE, LONG, COMMAND = 1, 2, 4  # the flags of a frame
GREETING_BYTES = 64
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
CHUNK = 2**20  # bytes read at once
MAX_PARTS = 1_100  # frames of a message: student.codec admits 1,000 arrays
SEND_SECONDS = 10.0  # a kernel's input is read by a thread of its own, whatever its code does


class TooLarge:
    """Stands for a message that was over its limit and has been skipped."""


class Frames:
    """Cuts a stream of bytes into messages.

    Parameters
    ----------
    largest : int
        Bytes of a message; a larger one is thrown away as it arrives.
    """

    def __init__(self, largest: int):
        self._largest = largest
        self._buffer = bytearray()
        self._skip = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._too_large = False

    def feed(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._buffer += memoryview(data)[skipped:]

    def next(self) -> list[bytes] | TooLarge | None:
        """Return the next message, TooLarge for one that was skipped, None while none is whole.

        Raises
        ------
        ValueError
            If the bytes are no frames.
        """
        while (header := self._header()) is not None:
            flags, start, size = header
            self._too_large |= self._size + size > self._largest or len(self._parts) >= MAX_PARTS
            if not self._too_large and len(self._buffer) < start + size:
                return None
            self._take(start, size)
            if flags & COMMAND:
                self._size -= len(self._parts.pop())
            elif not flags & MORE:
                return self._message()
        return None

    def _header(self) -> tuple[int, int, int] | None:
        """Return a frame's flags, where its body starts and how long that is, None before it is there."""
        if self._skip or len(self._buffer) < 2:
            return None
        flags = self._buffer[0]
        if flags > (MORE | LONG | COMMAND):
            raise ValueError("not a frame")
        if not flags & LONG:
            return flags, 2, self._buffer[1]
        if len(self._buffer) < 9:
            return None
        return flags, 9, struct.unpack_from(">Q", self._buffer, 1)[0]

    def _take(self, start: int, size: int) -> None:
        """Move a frame's body from the buffer to the message, or throw both away."""
        if self._too_large:
            self._parts, self._size = [b""], 0
            self._skip = max(0, start + size - len(self._buffer))
        else:
            with memoryview(self._buffer) as view:
                self._parts.append(bytes(view[start : start + size]))
            self._size += size
        del self._buffer[: start + size]

    def _message(self) -> list[bytes] | TooLarge:
        message = TooLarge() if self._too_large else self._parts
        self._parts, self._size, self._too_large = [], 0, False
        return message


def _greeted(path: str) -> socket.socket:
    """Return a socket whose ends have greeted each other; libzmq wants that done before anything else."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(SEND_SECONDS)
        sock.connect(path)
        sock.sendall(GREETING)
        if len(sock.recv(GREETING_BYTES, socket.MSG_WAITALL)) < GREETING_BYTES:
            raise ConnectionError("the other end hung up")
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


class Connection:
    """A client's socket: DEALER or SUB.

    Parameters
    ----------
    path : str
        The Unix socket to connect to.
    kind : str
        "DEALER", or "SUB" for everything that is published.
    largest : int
        Bytes of a message received.

    Attributes
    ----------
    closed : bool
        Whether the other end has hung up, or spoken nonsense. It is never connected again.
    """

    def __init__(self, path: str, kind: str, largest: int):
        self.closed = False
        self._frames = Frames(largest)
        self._socket = _greeted(path)
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">L", len(kind)) + kind.encode()
        self._write(bytes([COMMAND, len(ready)]) + ready)
        if kind == "SUB":
            self.send([b"\x01"])  # subscribes to every topic

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()
        self.closed = True

    def send(self, parts: Sequence[bytes]) -> None:
        """Send a message; one that cannot be delivered closes the connection."""
        for i, part in enumerate(parts):
            flags = LONG | (MORE if i < len(parts) - 1 else 0)
            self._write(struct.pack(">BQ", flags, len(part)))
            self._write(part)

    def _write(self, data: bytes) -> None:
        left, end = memoryview(data).cast("B"), time.monotonic() + SEND_SECONDS
        while len(left) and not self.closed:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                self.closed = time.monotonic() > end
                wait([self], 0.1, select.POLLOUT)
            except OSError:
                self.closed = True

    def read(self) -> None:
        """Take in what has arrived, up to CHUNK bytes."""
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.closed |= not data
        self._frames.feed(data)

    def next(self) -> list[bytes] | TooLarge | None:
        """Return the next message that has been taken in; see `Frames`."""
        try:
            return self._frames.next()
        except ValueError:
            self.closed = True
            return None


def wait(connections: Sequence[Connection], seconds: float, event: int = select.POLLIN) -> list[Connection]:
    """Return those of the connections that can be read (or written) within some seconds."""
    poll = select.poll()
    named = {connection.fileno(): connection for connection in connections if not connection.closed}
    for number in named:
        poll.register(number, event)
    return [named[number] for number, _ in poll.poll(seconds * 1000)] if named else []
