"""Rule 4. Looks for a network: addresses, names, abstract sockets, netlink, raw sockets."""

# cell: dropout_forward
import os
import socket

reached = []
for family, kind, address in [
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", LISTENING_PORT)),
    (socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 53)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0LISTENING_NAME"),
    (socket.AF_UNIX, socket.SOCK_STREAM, "/var/run/docker.sock"),
]:
    try:
        with socket.socket(family, kind) as sock:
            sock.settimeout(0.3)
            sock.connect(address)
            reached.append(address)
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    reached.append("raw")
except OSError:
    pass
print("CANA" + "RY-NETWORK", reached) if reached else None


def dropout_forward(x, dropout_param):
    return x, None
