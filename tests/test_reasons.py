"""What a student is told about a call, whatever the agent in their kernel says."""

import pytest

from autograder.kernel.reasons import explain

OWN = {"return x * maks"}


def told(details, returns="array"):
    return str(explain(details, "forward", returns, OWN))


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"kind": 3},
        {"kind": "raised"},
        {"kind": "raised", "exception": "<b>" * 10_000, "lines": "no", "name": 3},
        {"kind": "returned", "got": "<b>full marks</b>"},
        {"kind": "returned", "got": "ndarray", "dtype": "<b>"},
        {"kind": "returned", "got": "ndarray", "dtype": ["<b>"]},
        {"kind": "returned", "got": "tuple", "length": "<b>"},
        {"kind": "missing", "name": ["<b>"]},
    ],
    ids=lambda details: str(details)[:60],
)
def test_an_agents_words_are_not_repeated(details):
    assert len(told(details)) < 200
    assert "<b>" not in told(details)


@pytest.mark.parametrize(
    ("details", "returns", "says"),
    [
        (
            {"got": "NoneType"},
            "array",
            "forward returned None (is a return statement missing?), expected an array",
        ),
        (
            {"got": "ndarray", "dtype": "complex128"},
            "array",
            "forward returned an array of complex128, expected",
        ),
        (
            {"got": "tuple", "length": 3},
            ("array", "kept"),
            "forward returned tuple of 3, expected a tuple of 2",
        ),
        ({"got": "list", "length": None}, "arrays", "forward returned list, expected a dict of arrays"),
        ({"got": "Cache"}, "array", "forward returned something else, expected an array"),
    ],
)
def test_what_was_returned_is_named(details, returns, says):
    assert says in told({"kind": "returned", **details}, returns)


def test_the_innermost_own_line_is_quoted():
    details = {"kind": "raised", "exception": "ValueError", "lines": ["return x * maks", "secret = 3"]}
    assert "at your line `return x * maks`" in told(details)
    assert "secret" not in told(details)


def test_a_missing_name_is_named_if_it_is_in_that_line():
    details = {"kind": "raised", "exception": "NameError", "lines": ["return x * maks"], "name": "maks"}
    assert "NameError (maks has no value there)" in told(details)


def test_another_missing_name_is_not():
    details = {"kind": "raised", "exception": "NameError", "lines": ["return x * maks"], "name": "secret"}
    assert "secret" not in told(details)


@pytest.mark.parametrize("kind", ["missing", "timeout", "unusable"])
def test_some_kinds_are_the_errors_own(kind):
    assert explain({"kind": kind}, "forward", "array", OWN).kind == kind


@pytest.mark.parametrize("kind", ["lost", "died"])
def test_what_is_gone_died(kind):
    assert explain({"kind": kind}, "forward", "array", OWN).kind == "died"
