"""Any bytes from a kernel become frames and messages, or are refused, in bounded memory."""

import struct
import tracemalloc

import pytest
from fake_kernel import frame
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kernel.zmtp import COMMAND, LONG, MAX_FRAMES, MORE, FrameParser, TooLarge


def cut(data, max_bytes=1000, step=7):
    """Feed bytes to a parser in small steps, and return the messages."""
    parser, found = FrameParser(max_bytes), []
    for start in range(0, len(data), step):
        parser.feed(data[start : start + step])
        while (message := parser.next_message()) is not None:
            found.append(message)
    return found


@pytest.fixture
def allocated():
    """Return a function that says how many bytes were allocated at most since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_frames_come_out_as_they_were_sent():
    data = frame(b"a", MORE) + b"\x00\x01b" + frame(b"") + frame(b"PING", COMMAND) + frame(b"c" * 500)
    assert cut(data) == [[b"a", b"b"], [b""], [b"c" * 500]]


def test_a_large_message_is_skipped_and_the_next_one_read():
    first, second = cut(frame(b"x" * 600, MORE) + frame(b"x" * 600) + frame(b"after"))
    assert isinstance(first, TooLarge)
    assert second == [b"after"]


def test_a_message_of_endless_frames_takes_no_memory(allocated):
    parser, part = FrameParser(1000), frame(b"x" * 100, MORE)
    for _ in range(2000):
        parser.feed(part)
        assert parser.next_message() is None
    assert allocated() < 50_000


def test_a_message_of_many_empty_frames_is_skipped():
    data = frame(b"", MORE) * (MAX_FRAMES + 1) + frame(b"")
    assert isinstance(cut(data, step=10_000)[0], TooLarge)


def test_a_frame_that_says_it_is_huge_is_skipped_at_once():
    parser = FrameParser(1000)
    parser.feed(struct.pack(">BQ", LONG, 2**63))
    assert isinstance(parser.next_message(), TooLarge)


def test_a_frame_that_says_it_is_huge_takes_no_memory(allocated):
    parser, part = FrameParser(1000), b"x" * 10_000
    parser.feed(struct.pack(">BQ", LONG, 2**63))
    parser.next_message()
    for _ in range(100):
        parser.feed(part)
    assert allocated() < 50_000


def test_commands_do_not_add_up():
    assert cut(frame(b"x" * 400, COMMAND) * 10 + frame(b"a")) == [[b"a"]]


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_frames_or_refused(data):
    parser = FrameParser(50)
    parser.feed(data)
    try:
        while (message := parser.next_message()) is not None:
            assert isinstance(message, TooLarge) or sum(map(len, message)) <= 50
    except ValueError:
        pass
