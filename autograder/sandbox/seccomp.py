"""The filter of system calls: those that a sandbox refuses, compiled for seccomp.

Refused are the calls that allocate memory which belongs to no process, since the watchdog could not see it:
anonymous files (`memfd_create`), System V segments and POSIX queues. So is the keyring, which a process
inherits and which no namespace covers. The others are for debuggers and container runtimes; no homework needs
them, and each makes the attack surface of the operating system larger. A refused call fails with EPERM, as it
does under Docker's default profile.
"""

from __future__ import annotations

import platform
import struct

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h
# The numbers on x86_64 and on aarch64, from arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h
REFUSED_CALLS = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
}
X32_BIT = 0x40000000  # set in the number of a call of the x32 ABI on x86_64
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h: ld abs, jeq, jge, ret
ALLOW, EPERM = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM
NUMBER_OFFSET, ARCHITECTURE_OFFSET = 0, 4  # bytes, in struct seccomp_data


def compile_filter(machine: str | None = None) -> bytes:
    """Return the filter as classic BPF, b"" for an architecture whose system calls are not listed here.

    Parameters
    ----------
    machine : str or None
        As `platform.machine()` names it; None for this machine.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return b""
    numbers = [pair[list(ARCHITECTURES).index(machine)] for pair in REFUSED_CALLS.values()]
    tests = [(AT_LEAST, X32_BIT), *((EQUAL, number) for number in numbers)]
    steps = [(LOAD, 0, 0, ARCHITECTURE_OFFSET), (EQUAL, 0, len(tests) + 2, ARCHITECTURES[machine])]
    steps += [(LOAD, 0, 0, NUMBER_OFFSET)]
    steps += [(code, len(tests) - i, 0, value) for i, (code, value) in enumerate(tests)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, EPERM)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
