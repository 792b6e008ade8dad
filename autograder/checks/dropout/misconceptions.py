"""The catalogue of known mistakes of this assignment."""

from pathlib import Path

from autograder.checking.catalogue import Catalogue
from autograder.errors import CheckFailed, SubmissionError

CATALOGUE = Catalogue(Path(__file__).with_suffix(".toml"))
failed = CATALOGUE.failed

# A missing return statement is explained in the exercise of the function that lacks it.
RETURNS_NONE = {
    "dropout_forward": "returns_none",
    "dropout_backward": "backward_returns_none",
    "forward": "network_returns_none",
    "backward": "network_returns_none",
}


def wrong_return(error: SubmissionError, wanted: str) -> SubmissionError | CheckFailed:
    """Return the verdict on a function that returned something else than wanted; other errors as they are."""
    if error.kind != "returned":
        return error
    function, _, returned = str(error).partition(" returned ")
    name = RETURNS_NONE.get(function) if returned.startswith("None") else None
    return failed(f"{error}; it is to return {wanted}.", name)
