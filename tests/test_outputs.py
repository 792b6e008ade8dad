"""Any output of a cell is stored within its limit."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kernel.outputs import DROPPED, Outputs

PICTURE = "iVBORw0KGgo="
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def message(kind, **content):
    return {"header": {"msg_type": kind}, "content": content}


def collected(*messages, max_characters=10_000):
    outputs = Outputs(max_characters)
    for each in messages:
        outputs.add(each)
    return outputs.close()


@given(
    st.dictionaries(st.sampled_from("name text data ename evalue traceback".split()), ANYTHING),
    st.sampled_from(["stream", "display_data", "execute_result", "error", "status"]),
)
@settings(deadline=None)
def test_any_output_fits_in_its_limit(content, kind):
    nodes = collected(*[message(kind, **content)] * 5, max_characters=1000)
    assert len(json.dumps(nodes)) < 8000


def test_empty_outputs_are_counted():
    empty = message("error", ename=[[]], traceback=[""])
    nodes = collected(*[empty] * 5000)
    assert len(nodes) < 100
    assert nodes[-1].text == DROPPED


@pytest.mark.parametrize("text", ["x" * 5000, "\ud800" * 10, "é" * 10], ids=["long", "surrogates", "accents"])
def test_a_stream_keeps_what_fits(text):
    nodes = collected(*[message("stream", name="stdout", text=part) for part in text], max_characters=1000)
    assert len(nodes[0].text) <= 1000


def test_a_stream_can_be_written_to_a_file():
    (node,) = collected(message("stream", name="stdout", text="\ud800"))
    assert node.text.encode() == b"?"


def test_parts_of_a_stream_become_one_output():
    (node,) = collected(*[message("stream", name="stdout", text=part) for part in "abc"])
    assert node.text == "abc"


def test_a_picture_is_kept():
    (node,) = collected(message("display_data", data={"image/png": PICTURE, "text/plain": "<Figure>"}))
    assert node.data == {"image/png": PICTURE}


def test_markup_is_left_out():
    data = {"text/html": "<script>", "application/javascript": "alert()", "text/plain": "a table"}
    (node,) = collected(message("display_data", data=data))
    assert node.data == {"text/plain": "a table"}


@pytest.mark.parametrize("value", ["<svg>", 3, None], ids=str)
def test_a_picture_that_is_not_one_is_left_out(value):
    assert collected(message("display_data", data={"image/png": value})) == []


def test_a_picture_over_the_limit_is_dropped():
    nodes = collected(message("display_data", data={"image/png": "AAAA" * 300}), max_characters=1000)
    assert [node.text for node in nodes] == [DROPPED]


def test_the_kernels_idleness_is_the_end():
    outputs = Outputs(1000)
    outputs.add(message("status", execution_state="idle"))
    assert outputs.ended
