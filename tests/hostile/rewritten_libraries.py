"""Rule 4. Overwrites nndl, utils, the interpreter, libraries and system files, after chmod and remount."""

# cell: dropout_forward
import ctypes
import os
import sys

libc = ctypes.CDLL(None)
for place in ("/", "/env", "/usr", os.path.abspath("nndl"), "/data", "/dev", "/proc/sys"):
    libc.mount(None, place.encode(), None, 32 | 4096, None)  # MS_REMOUNT | MS_BIND, without MS_RDONLY
written = []
for path in (
    np.__file__,
    "nndl/layers.py",
    "utils/solver.py",
    sys.executable,
    os.__file__,
    "/usr/bin/env",
    "/data/X_val.npy",
    "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger",
    "/etc/passwd",
):
    try:
        os.chmod(path, 0o777)
    except OSError:
        pass
    try:
        open(path, "r+b").close()
        written.append(path)
    except OSError:
        pass
print("CANA" + "RY-WRITTEN", written) if written else None


def dropout_forward(x, dropout_param):
    return x, None
