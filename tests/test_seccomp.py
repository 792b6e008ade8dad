"""The filter of system calls, as bytes; what it does is tried from inside, in test_sandbox."""

import struct

import pytest

from autograder.sandbox.seccomp import ARCHITECTURES, REFUSED_CALLS, compile_filter


def test_an_unknown_architecture_has_no_filter():
    assert compile_filter("vax") == b""


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_every_refused_call_is_compared(machine):
    steps = list(struct.iter_unpack("=HBBI", compile_filter(machine)))
    compared = {value for code, _, _, value in steps if code == 0x15}
    numbers = {pair[list(ARCHITECTURES).index(machine)] for pair in REFUSED_CALLS.values()}
    assert numbers <= compared


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_no_jump_leaves_the_filter(machine):
    steps = list(struct.iter_unpack("=HBBI", compile_filter(machine)))
    assert all(i + 1 + max(yes, no) < len(steps) for i, (_, yes, no, _) in enumerate(steps[:-1]))
