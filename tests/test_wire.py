"""Any frames from a kernel are a message of the expected form, or dropped."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kernel import wire
from autograder.kernel.wire import is_reply_to, parse

HEAD = [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}"]


@given(st.lists(st.binary(max_size=40) | st.just(b"<IDS|MSG>") | st.just(b"{}"), max_size=9))
@settings(deadline=None)
def test_any_frames_are_a_message_or_none(frames):
    found = parse(frames)
    assert found is None or isinstance(found["content"], dict)


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"[]", b"7" * 5000, b"\xff", b"", b'{"a":' * 5000], ids=lambda c: repr(c[:6])
)
def test_json_that_is_no_content_is_dropped(content):
    assert parse([*HEAD, content]) is None


def test_json_beyond_its_limit_is_not_parsed(monkeypatch):
    monkeypatch.setattr(wire, "MAX_JSON_BYTES", 100)
    assert parse([*HEAD, json.dumps({"a": "x" * 100}).encode()]) is None


def test_buffers_follow_the_content():
    assert parse([*HEAD, b"{}", b"one", b"two"])["buffers"] == [b"one", b"two"]


@pytest.mark.parametrize("parent", [{}, {"msg_id": "another"}, {"msg_id": ["mine"]}], ids=str)
def test_a_reply_to_something_else_is_not_ours(parent):
    message = {"header": {}, "parent_header": parent, "content": {}, "buffers": []}
    assert not is_reply_to(message, "mine")
