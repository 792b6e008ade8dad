"""Any bytes from a kernel come to frames, messages, outputs and values of an allowed kind, or are refused."""

import json
import struct

import numpy as np
import pytest
from fake_kernel import frame
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.kernel import codec, wire, zmtp
from autograder.kernel.outputs import DROPPED, Outputs
from autograder.kernel.wire import parse
from autograder.kernel.zmtp import COMMAND, LONG, MORE, Frames, TooLarge

# The frames of one connection


def cut(data, largest=1000, step=7):
    frames, found = Frames(largest), []
    for start in range(0, len(data), step):
        frames.feed(data[start : start + step])
        while (part := frames.next()) is not None:
            found.append(part)
    return found


def test_frames_come_out_as_they_were_sent():
    data = frame(b"a", MORE) + b"\x00\x01b" + frame(b"") + frame(b"PING", COMMAND) + frame(b"c" * 500)
    assert cut(data) == [[b"a", b"b"], [b""], [b"c" * 500]]


def test_a_large_message_is_skipped_and_the_next_one_read():
    first, second = cut(frame(b"x" * 600, MORE) + frame(b"x" * 600) + frame(b"after"))
    assert isinstance(first, TooLarge)
    assert second == [b"after"]


def test_a_message_of_endless_frames_takes_no_memory():
    frames = Frames(1000)
    for _ in range(2000):
        frames.feed(frame(b"x" * 100, MORE))
        assert frames.next() is None
    assert len(frames._buffer) + sum(map(len, frames._parts)) < 2000


def test_a_message_of_many_empty_frames_is_skipped():
    data = frame(b"", MORE) * (zmtp.MAX_PARTS + 1) + frame(b"")
    assert isinstance(cut(data, step=10_000)[0], TooLarge)


def test_a_frame_that_says_it_is_huge_reserves_nothing():
    frames = Frames(1000)
    frames.feed(struct.pack(">BQ", LONG, 2**63))
    assert isinstance(frames.next(), TooLarge)
    frames.feed(b"x" * 10_000)
    assert not frames._buffer


def test_commands_do_not_add_up():
    assert cut(frame(b"x" * 400, COMMAND) * 10 + frame(b"a")) == [[b"a"]]


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_frames_or_refused(data):
    frames = Frames(50)
    frames.feed(data)
    try:
        while (part := frames.next()) is not None:
            assert isinstance(part, TooLarge) or sum(map(len, part)) <= 50
    except ValueError:
        pass


# What a message says

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.binary(max_size=40) | st.just(b"<IDS|MSG>") | st.just(b"{}"), max_size=9))
@settings(deadline=None)
def test_any_frames_are_a_message_or_none(parts):
    found = parse(parts)
    assert found is None or isinstance(found["content"], dict)


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"[]", b"7" * 5000, b"\xff", b"", b'{"a":' * 5000], ids=lambda c: repr(c[:6])
)
def test_json_that_is_no_content_is_dropped(content):
    assert parse([b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", content]) is None


def test_json_beyond_its_limit_is_not_parsed(monkeypatch):
    monkeypatch.setattr(wire, "JSON_BYTES", 100)
    assert parse([b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", json.dumps({"a": "x" * 100}).encode()]) is None


@given(ANYTHING, st.sampled_from(["stream", "display_data", "execute_result", "error"]))
@settings(deadline=None)
def test_any_output_fits_in_its_limit(content, kind):
    outputs = Outputs(1000)
    for _ in range(5):
        outputs.add({"header": {"msg_type": kind}, "content": content if isinstance(content, dict) else {}})
    assert len(json.dumps(outputs.close())) < 8000


def test_outputs_of_nothing_are_counted():
    outputs = Outputs(10_000)
    for _ in range(5000):
        outputs.add({"header": {"msg_type": "error"}, "content": {"ename": [[]], "traceback": [""]}})
    nodes = outputs.close()
    assert len(nodes) < 100
    assert nodes[-1].text == DROPPED


@pytest.mark.parametrize("text", ["x" * 5000, "\ud800" * 10, "é" * 10])
def test_a_stream_keeps_what_fits(text):
    outputs = Outputs(1000)
    for part in text:
        outputs.add({"header": {"msg_type": "stream"}, "content": {"name": "stdout", "text": part}})
    json.dumps(outputs.close()).encode()
    assert len(outputs.close()[0].text) <= 1000


# Values

RETURNS = st.sampled_from(["array", "arrays", "value", "kept", ("array", "kept"), ("arrays", "value")])
ARRAY = st.fixed_dictionaries(
    {
        "$array": st.tuples(
            st.integers(-2, 4) | st.booleans(),
            st.sampled_from([*sorted(codec.DTYPES), "O", "|S8", "<c16", "", "object"]),
            st.lists(st.integers(-1, 4) | st.sampled_from([2**28, 2**70]), max_size=10),
        ).map(list)
    }
)


@given(RETURNS, ANYTHING | ARRAY | st.lists(ARRAY | ANYTHING, max_size=3), st.lists(st.binary(max_size=64)))
@settings(deadline=None)
def test_any_reply_is_a_value_of_an_allowed_type_or_a_reason(returns, value, buffers):
    try:
        found = codec.decode(value, returns, buffers)
    except SubmissionError:
        return
    for item in found if isinstance(found, tuple) else (found,):
        for leaf in item.values() if isinstance(item, dict) else (item,):
            assert type(leaf) in (np.ndarray, codec.Ref, str, int, float, bool, type(None))


def test_one_buffer_makes_one_array():
    array = {"$array": [0, "|u1", [4]]}
    with pytest.raises(SubmissionError, match="not the value asked for"):
        codec.decode([["a", array], ["b", array]], "arrays", [bytes(4)])
