"""Any reply from a kernel becomes a plain value or a SubmissionError."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.kernel import codec
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student


class Saying:
    """A channel that answers anything with one reply."""

    def __init__(self, reply, buffers=()):
        self.reply, self.buffers = reply, list(buffers)

    def request(self, content, buffers):
        return self.reply, self.buffers


def array_reply(dtype="<f8", shape=(2,), index=0):
    return {"value": {"$array": [index, dtype, list(shape)]}, "changed": []}


@pytest.mark.parametrize(
    ("reply", "buffers"),
    [
        (None, []),
        ([], []),
        ({}, []),
        ({"value": 1}, []),
        ({"value": 1, "changed": []}, []),
        (array_reply(), []),
        (array_reply(), [bytes(8)]),
        (array_reply(index=-1), [bytes(16)]),
        (array_reply(dtype="|O"), [bytes(16)]),
        (array_reply(dtype=">f8"), [bytes(16)]),
        (array_reply(dtype="<c16", shape=[1]), [bytes(16)]),
        (array_reply(shape=[-2]), [bytes(16)]),
        (array_reply(shape=[2.0]), [bytes(16)]),
        (array_reply(shape=[True, 2]), [bytes(16)]),
        (array_reply(shape=[2**62, 0]), [b""]),
        (array_reply(shape=[0, 2**28, 2**28, 2**28]), [b""]),
        (array_reply(shape=[1] * 9 + [2]), [bytes(16)]),
    ],
)
def test_what_is_not_the_array_asked_for_is_refused(reply, buffers):
    with pytest.raises(SubmissionError):
        Student(Saying(reply, buffers)).call("f")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
ARRAY = st.fixed_dictionaries(
    {
        "$array": st.tuples(
            st.integers(-2, 3) | JSON,
            st.sampled_from(sorted(codec.DTYPES)) | st.text(max_size=4),
            st.lists(st.integers(-1, 2**40) | st.integers(0, 3), max_size=9) | JSON,
        ).map(list)
    }
)
RETURNS = st.sampled_from(["array", "arrays", "value", "kept", ("array", "kept"), ("arrays", "array")])


@settings(max_examples=400, deadline=None)
@given(
    reply=JSON
    | st.fixed_dictionaries({"value": ARRAY | JSON | st.lists(ARRAY | JSON, max_size=3), "changed": JSON}),
    returns=RETURNS,
    buffers=st.lists(st.binary(max_size=32), max_size=3),
)
def test_any_reply_is_a_plain_value_or_a_submission_error(reply, returns, buffers):
    try:
        found = Student(Saying(reply, buffers)).call("f", returns=returns)
    except SubmissionError:
        return
    assert is_plain(found)


def is_plain(value):
    """Tell whether a value is numbers, text or a reference, and its arrays are plain and own their data."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(array, np.ndarray) and is_plain(array) for array in value.values())
    if isinstance(value, np.ndarray):
        owned = value.flags.owndata or value.base.flags.owndata
        return type(value) is np.ndarray and value.dtype.kind in "biuf" and owned
    return value is None or type(value) in (bool, int, float, str, Ref)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.booleans(), max_size=4))
def test_settings_cross_as_json(values):
    buffers = []
    encoded = json.loads(json.dumps(codec.encode(values, buffers)))
    assert dict(encoded["$dict"]) == values
    assert buffers == []


def test_one_buffer_makes_one_array():
    array = {"$array": [0, "|u1", [4]]}
    with pytest.raises(SubmissionError, match="not the value asked for"):
        codec.decode([["a", array], ["b", array]], "arrays", [bytes(4)])
