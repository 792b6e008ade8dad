"""The system calls that a sandbox refuses: those that hold memory nobody can count, or reach past it.

Anonymous files (`memfd_create`), System V segments and POSIX queues keep memory that no process maps, so
the watchdog would not see it; the keyring is the one thing that a kernel inherits which no namespace
covers; the others are for debuggers and container runtimes and only make the kernel's surface larger.
They fail with EPERM, as they do under Docker's default profile.
"""

from __future__ import annotations

import platform
import struct

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h
# Number on x86_64, number on aarch64: arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h
REFUSED = {
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
X32 = 0x40000000  # the bit that marks a call of the x32 ABI on x86_64
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h: ld abs, jeq, jge, ret
ALLOW, EPERM = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM


def program(machine: str | None = None) -> bytes:
    """Return the filter as classic BPF, b"" for an architecture whose numbers we do not know."""
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return b""
    numbers = [pair[list(ARCHITECTURES).index(machine)] for pair in REFUSED.values()]
    tests = [(AT_LEAST, X32), *((EQUAL, number) for number in numbers)]
    steps = [(LOAD, 0, 0, 4), (EQUAL, 0, len(tests) + 2, ARCHITECTURES[machine]), (LOAD, 0, 0, 0)]
    steps += [(code, len(tests) - i, 0, value) for i, (code, value) in enumerate(tests)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, EPERM)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
