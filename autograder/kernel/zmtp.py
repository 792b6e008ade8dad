"""A client's end of one ZeroMQ socket, which reads nothing before it is asked to.

libzmq bounds the size of a message's frames but not their number, reads messages before anything asks for
them, and connects again, to whatever is there, when a peer hangs up. The other end is untrusted, so this
module speaks the few lines of the protocol (ZMTP 3.0, rfc.zeromq.org/spec/23) that a client needs. It reads
only on request, skips a message over its limit as it arrives, and never reconnects.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Sequence
from typing import Literal

MORE, LONG, COMMAND = 1, 2, 4  # the flags of a frame
GREETING_BYTES = 64
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
SUBSCRIBE_TO_ALL = b"\x01"
READ_BYTES = 2**20  # the most that is read at once
MAX_FRAMES = 1_100  # of a message; the codec admits 1,000 arrays
SEND_TIMEOUT_S = 10.0  # a thread of its own reads a kernel's input, whatever student code does
POLL_INTERVAL_S = 0.1

SocketType = Literal["DEALER", "SUB"]


class TooLarge:
    """Stands for a message that was over its limit and has been skipped."""


class FrameParser:
    """Cuts a stream of bytes into messages.

    Parameters
    ----------
    max_bytes : int
        The size of a message; a larger one is thrown away as it arrives.
    """

    def __init__(self, max_bytes: int):
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._bytes_to_skip = 0
        self._frames: list[bytes] = []
        self._size_bytes = 0
        self._too_large = False

    def feed(self, data: bytes) -> None:
        """Append bytes to the stream."""
        skipped = min(self._bytes_to_skip, len(data))
        self._bytes_to_skip -= skipped
        self._buffer += memoryview(data)[skipped:]

    def next_message(self) -> list[bytes] | TooLarge | None:
        """Take the next message from the stream: TooLarge for one that was skipped, None if none is complete.

        Raises
        ------
        ValueError
            If the bytes are not frames.
        """
        while (header := self._header()) is not None:
            flags, start, size = header
            self._too_large |= self._size_bytes + size > self._max_bytes or len(self._frames) >= MAX_FRAMES
            if not self._too_large and len(self._buffer) < start + size:
                return None
            self._take(start, size)
            if flags & COMMAND:
                self._size_bytes -= len(self._frames.pop())
            elif not flags & MORE:
                return self._finish_message()
        return None

    def _header(self) -> tuple[int, int, int] | None:
        """Return a frame's flags, where its body starts and how long it is; None if it is incomplete."""
        if self._bytes_to_skip or len(self._buffer) < 2:
            return None
        flags = self._buffer[0]
        if flags > (MORE | LONG | COMMAND):
            raise ValueError("not a frame")
        if not flags & LONG:
            return flags, 2, self._buffer[1]
        if len(self._buffer) < 9:
            return None
        (size,) = struct.unpack_from(">Q", self._buffer, 1)
        return flags, 9, size

    def _take(self, start: int, size: int) -> None:
        """Move a frame's body from the buffer to the message, or throw both away."""
        if self._too_large:
            self._frames, self._size_bytes = [b""], 0
            self._bytes_to_skip = max(0, start + size - len(self._buffer))
        else:
            with memoryview(self._buffer) as view:
                self._frames.append(bytes(view[start : start + size]))
            self._size_bytes += size
        del self._buffer[: start + size]

    def _finish_message(self) -> list[bytes] | TooLarge:
        message = TooLarge() if self._too_large else self._frames
        self._frames, self._size_bytes, self._too_large = [], 0, False
        return message


class Connection:
    """A client's socket.

    Parameters
    ----------
    path : str
        The Unix socket to connect to.
    kind : str
        "DEALER" for requests and replies, "SUB" for everything that is published.
    max_bytes : int
        The size of a message that is received.

    Attributes
    ----------
    closed : bool
        Whether either end has hung up, or the other end has broken the protocol. It is never opened again.

    Raises
    ------
    OSError
        If nothing listens there, or the other end hangs up.
    """

    def __init__(self, path: str, kind: SocketType, max_bytes: int):
        self.closed = False
        self._parser = FrameParser(max_bytes)
        self._socket = _connect(path)
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">L", len(kind)) + kind.encode()
        self._write(bytes([COMMAND, len(ready)]) + ready)
        if kind == "SUB":
            self.send([SUBSCRIBE_TO_ALL])

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        self.closed = True

    def send(self, frames: Sequence[bytes]) -> None:
        """Send a message; if it cannot be delivered, the connection is closed."""
        for i, frame in enumerate(frames):
            flags = LONG | (MORE if i < len(frames) - 1 else 0)
            self._write(struct.pack(">BQ", flags, len(frame)))
            self._write(frame)

    def _write(self, data: bytes) -> None:
        left, deadline = memoryview(data).cast("B"), time.monotonic() + SEND_TIMEOUT_S
        while len(left) and not self.closed:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                self.closed = time.monotonic() > deadline
                wait([self], POLL_INTERVAL_S, select.POLLOUT)
            except OSError:
                self.closed = True

    def read(self) -> None:
        """Read what has arrived, up to READ_BYTES."""
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.closed |= not data
        self._parser.feed(data)

    def next_message(self) -> list[bytes] | TooLarge | None:
        """Return the next message among what has been read; see `FrameParser`."""
        try:
            return self._parser.next_message()
        except ValueError:
            self.closed = True
            return None


def _connect(path: str) -> socket.socket:
    """Return a socket over which both ends have sent their greeting, which libzmq expects before all else."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(SEND_TIMEOUT_S)
        sock.connect(path)
        sock.sendall(GREETING)
        if len(sock.recv(GREETING_BYTES, socket.MSG_WAITALL)) < GREETING_BYTES:
            raise ConnectionError("the other end hung up")
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def wait(connections: Sequence[Connection], timeout_s: float, event: int = select.POLLIN) -> list[Connection]:
    """Wait until some of the connections can be read (or written), and return those; [] after the timeout."""
    poll = select.poll()
    by_number = {connection.fileno(): connection for connection in connections if not connection.closed}
    for number in by_number:
        poll.register(number, event)
    return [by_number[number] for number, _ in poll.poll(timeout_s * 1000)] if by_number else []
