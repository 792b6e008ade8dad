"""Whatever a kernel replies, the trusted side ends with a value of an allowed type or with a reason."""

import json
import os
import socket
import struct
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.sandbox import wire, zmtp
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.outputs import DROPPED, Outputs
from autograder.sandbox.wire import Wire, parse
from autograder.sandbox.zmtp import COMMAND, GREETING, LONG, MORE, Frames, TooLarge
from autograder.student import codec

READY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER"


def frame(body, flags=0):
    return struct.pack(">BQ", flags | LONG, len(body)) + body


def message(content, parent=None, kind="reply", buffers=(), header=None):
    """Return the frames of a message as a kernel sends it."""
    header = {"msg_type": kind} if header is None else header
    head = [json.dumps(part).encode() for part in (header, {"msg_id": parent}, {}, content)]
    parts = [b"<IDS|MSG>", b"", *head, *buffers]
    return b"".join(frame(part, MORE) for part in parts[:-1]) + frame(parts[-1])


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


# A kernel that speaks the protocol, and nonsense in it


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
            frames = Frames(MIB)
            frames._skip = len(GREETING)
            try:
                while data := peer.recv(MIB):
                    frames.feed(data)
                    while (parts := frames.next()) is not None:
                        self._reply(peer, parts, number)
            except OSError:
                return  # the trusted side had enough

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


class Provisioner:
    """Stands for a process that is always there."""

    process = SimpleNamespace(poll=lambda: None, wait=lambda timeout: 0)

    def end(self):
        self.process = SimpleNamespace(poll=lambda: -9, wait=lambda timeout: 0)


@pytest.fixture
def talk(monkeypatch, tmp_path_factory):
    """Return a function that asks a fake kernel for an array and gives what came of it."""
    monkeypatch.setattr("autograder.sandbox.kernel.GRACE", 0.1)
    fakes = []

    def ask(answer, outputs=b"", seconds=60):  # where an answer comes, however busy the machine is
        folder = f"/tmp/k-{os.getpid()}-{len(fakes)}"
        os.mkdir(folder)
        fake = FakeKernel(folder, answer, outputs)
        fakes.append((fake, folder))
        kernel = Kernel(None, None, Limits(call=seconds))
        kernel._provisioner = Provisioner()
        kernel._manager = SimpleNamespace(interrupt_kernel=lambda: None)
        kernel._watchdog = SimpleNamespace(reason="")
        kernel._wire = Wire(fake.address, {"shell": 0, "iopub": 1}, b"key")
        try:
            reply, buffers = kernel.request({"op": "call"}, [bytes(10)])
            return codec.decode(reply.get("value"), "array", buffers)
        except SubmissionError as error:
            return error.kind
        finally:
            kernel._wire.close()

    yield ask
    for fake, folder in fakes:
        fake.close()
        for number in range(2):
            os.unlink(f"{folder}/k-{number}")
        os.rmdir(folder)


def right(request, value=None):
    return message({"value": value or {"$array": [0, "<f8", [2]]}}, request, buffers=[bytes(16)])


def test_a_right_answer_is_taken(talk):
    assert talk(right).tolist() == [0, 0]


NONSENSE = {
    "nothing": (lambda request: b"", "timeout"),
    "hang_up": (lambda request: None, "died"),
    "not_frames": (lambda request: b"\xff" * 100, "died"),
    "half_a_frame": (lambda request: right(request)[:-3], "timeout"),
    "no_delimiter": (lambda request: frame(b"a", MORE) + frame(b"b"), "timeout"),
    "no_json": (
        lambda request: b"".join(frame(b"<IDS|MSG>", MORE) for _ in range(6)) + frame(b"{"),
        "timeout",
    ),
    "another_request": (lambda request: right("of-another"), "timeout"),
    "parent_of_another_type": (lambda request: message({}, [request]), "timeout"),
    "content_without_value": (lambda request: message({"status": "ok"}, request), "returned"),
    "forged_index": (lambda request: right(request, {"$array": [5, "<f8", [2]]}), "returned"),
    "negative_shape": (lambda request: right(request, {"$array": [0, "<f8", [-2]]}), "returned"),
    "objects": (lambda request: right(request, {"$array": [0, "|O", [2]]}), "returned"),
    "a_list": (lambda request: right(request, [[[1]]]), "returned"),
    "too_large": (lambda request: frame(b"", MORE) * 1200 + frame(b""), "returned"),
    "endless": (lambda request: frame(bytes(1000), MORE) * 3000, "timeout"),
}


@pytest.mark.parametrize(("answer", "kind"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_ends_with_a_reason(talk, answer, kind):
    assert talk(answer, seconds=0.5 if kind == "timeout" else 60) == kind


def test_a_flood_of_late_replies_does_not_hide_the_right_one(talk):
    assert talk(lambda request: right("of-another") * 3000 + right(request)).tolist() == [0, 0]


def test_a_flood_of_late_replies_does_not_hold_the_deadline_up(talk):
    assert talk(lambda request: right("of-another") * 20_000, seconds=0.5) == "timeout"


def test_a_flood_of_outputs_does_not_keep_a_reply_waiting(talk):
    flood = message({"name": "stdout", "text": "x" * 100}, "m", "stream") * 2000
    assert talk(right, flood).tolist() == [0, 0]
