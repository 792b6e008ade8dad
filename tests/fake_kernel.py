"""A peer that speaks the kernel's protocol, and says over it whatever a test wants said."""

import json
import socket
import struct
import threading

from autograder.kernel.zmtp import COMMAND, GREETING, LONG, MORE, FrameParser
from autograder.limits import MIB

READY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER"


def frame(body, flags=0):
    return struct.pack(">BQ", flags | LONG, len(body)) + body


def message(content, parent=None, kind="reply", buffers=(), header=None):
    """Return the frames of a message as a kernel sends it."""
    header = {"msg_type": kind} if header is None else header
    head = [json.dumps(part).encode() for part in (header, {"msg_id": parent}, {}, content)]
    parts = [b"<IDS|MSG>", b"", *head, *buffers]
    return b"".join(frame(part, MORE) for part in parts[:-1]) + frame(parts[-1])


class FakeKernel:
    """Listens as a kernel does; answers each request with what `answer` makes of its id."""

    def __init__(self, folder, answer, outputs=b""):
        self.address, self._answer, self._outputs = f"{folder}/k", answer, outputs
        self._sockets = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for number, sock in enumerate(self._sockets):
            sock.bind(f"{self.address}-{number}")
            sock.listen()
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, listener, number):
        peer, _ = listener.accept()
        with peer:
            peer.sendall(GREETING + bytes([COMMAND, len(READY)]) + READY)
            parser = FrameParser(MIB)
            try:
                peer.recv(len(GREETING), socket.MSG_WAITALL)
                while data := peer.recv(MIB):
                    parser.feed(data)
                    while (parts := parser.next_message()) is not None:
                        self._reply(peer, parts, number)
            except OSError:
                return  # the trusted side has hung up

    def _reply(self, peer, parts, number):
        if number == 1:
            peer.sendall(self._outputs)
        elif (reply := self._answer(json.loads(parts[2])["msg_id"])) is None:
            peer.shutdown(socket.SHUT_RDWR)
        else:
            peer.sendall(reply)

    def close(self):
        for sock in self._sockets:
            sock.close()


class FakeProcess:
    """Stands for the process of a kernel: alive until it is ended."""

    exceeded = ""

    def __init__(self):
        self.exit_code = None

    @property
    def alive(self):
        return self.exit_code is None

    def wait(self, timeout_s):
        return True

    def interrupt(self):
        pass

    def end(self):
        self.exit_code = -9

    close = end
