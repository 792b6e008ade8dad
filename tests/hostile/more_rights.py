"""Rule 4. Tries to gain privileges: namespaces of its own, set-uid programs, capabilities, other users, keys.
"""

# cell: dropout_forward
import ctypes
import os
import subprocess

libc, got = ctypes.CDLL(None, use_errno=True), []
for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000):  # user, mount, network, process namespaces
    if libc.unshare(flag) == 0:
        got.append(hex(flag))
if libc.syscall(250, 0, -3, 1) >= 0:  # keyctl(KEYCTL_GET_KEYRING_ID, session, create)
    got.append("keyring")
if libc.ptrace(16, 1, 0, 0) == 0:  # PTRACE_ATTACH to the sandbox's first process
    got.append("ptrace")
for change in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.chroot("/tmp"), lambda: os.nice(-5)):
    try:
        change()
        got.append("rights")
    except OSError:
        pass
for command in (["su", "-c", "id"], ["mount", "-t", "tmpfs", "x", "/tmp"], ["unshare", "-Ur", "true"]):
    try:
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=2).returncode == 0:
            got.append(command)
    except (OSError, subprocess.TimeoutExpired):
        pass
status = open("/proc/self/status").read()
if "CapEff:\t0000000000000000" not in status or "NoNewPrivs:\t1" not in status:
    got.append("capabilities")
print("CANA" + "RY-RIGHTS", got) if got else None


def dropout_forward(x, dropout_param):
    return x, None
