"""A catalogue of misconceptions is read strictly, and an author's slip in it is an internal error."""

import re

import pytest

from autograder.checking.catalogue import Catalogue, Misconception
from autograder.checks.dropout.misconceptions import wrong_return
from autograder.errors import CheckFailed, ConfigError, SubmissionError

ENTRY = """
[no_scaling]
says = "Divide by p."
read = "Why drop units?"
try = '''
print(1)
'''
"""


@pytest.fixture
def catalogue(tmp_path):
    """Return a function that reads a catalogue from its text."""

    def read(text):
        path = tmp_path / "misconceptions.toml"
        path.write_text(text)
        return Catalogue(path)

    return read


def test_an_entry_has_a_sentence_a_heading_and_a_cell(catalogue):
    assert catalogue(ENTRY) == {"no_scaling": Misconception("Divide by p.", "Why drop units?", "print(1)")}


def test_a_verdict_names_the_mistake_and_the_heading(catalogue):
    verdict = catalogue(ENTRY).failed("Found no factor.", "no_scaling")
    assert str(verdict) == 'Found no factor. Divide by p. Read again: "Why drop units?".'
    assert verdict.misconception == "no_scaling"


def test_a_verdict_without_a_name_gives_the_usual_cause(catalogue):
    verdict = catalogue(ENTRY).failed("Found no factor.", None, "Print it.")
    assert (str(verdict), verdict.misconception) == ("Found no factor. Print it.", None)


def test_an_unknown_name_is_the_authors_slip(catalogue):
    with pytest.raises(ConfigError, match=r"'no_scalling', which \S*misconceptions\.toml does not have"):
        catalogue(ENTRY).failed("Found no factor.", "no_scalling")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ENTRY + 'raed = "x"', "[no_scaling] has says, read, try, raed; expected exactly says, read, try"),
        (ENTRY.replace("read", "raed"), "[no_scaling] has says, raed, try"),
        ("no_scaling = 1", "[no_scaling] has 1; expected"),
        (ENTRY.replace("Why drop units?", " "), "[no_scaling] has an empty value"),
        (ENTRY.replace('"Divide by p."', "1"), "[no_scaling] has an empty value or one that is not text"),
        (ENTRY.replace("print(1)", "1\n" * 13), "[no_scaling] has a try of 13 lines; at most 12 fit"),
        (ENTRY + "]", "is not TOML"),
    ],
    ids=["unknown key", "missing key", "no table", "empty", "no text", "too long", "no TOML"],
)
def test_a_malformed_catalogue_is_refused(catalogue, text, problem):
    with pytest.raises(ConfigError, match=re.escape(problem)) as refused:
        catalogue(text)
    assert "misconceptions.toml" in str(refused.value)


def test_twelve_lines_fit(catalogue):
    cell = "\n".join(12 * ["print(1)"])
    assert catalogue(ENTRY.replace("print(1)", cell))["no_scaling"].counterexample == cell


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("dropout_forward", "returns_none"),
        ("dropout_backward", "backward_returns_none"),
        ("forward", "network_returns_none"),
        ("backward", "network_returns_none"),
    ],
)
def test_a_missing_return_is_named_by_its_exercise(function, name):
    error = SubmissionError(f"{function} returned None (is a return statement missing?)", "returned")
    verdict = wrong_return(error, "an array")
    assert isinstance(verdict, CheckFailed)
    assert verdict.misconception == name


def test_other_errors_stay_as_they_are():
    error = SubmissionError("dropout_forward did not finish in time", "timeout")
    assert wrong_return(error, "an array") is error
