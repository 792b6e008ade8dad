"""The catalogue of known mistakes of this assignment."""

from pathlib import Path

from autograder.checking.catalogue import Catalogue
from autograder.errors import CheckFailed, SubmissionError

CATALOGUE = Catalogue(Path(__file__).with_suffix(".toml"))
failed = CATALOGUE.failed


def wrong_return(error: SubmissionError, wanted: str) -> SubmissionError | CheckFailed:
    """Return the verdict on a function that returned something else than wanted; other errors as they are."""
    if error.kind != "returned":
        return error
    return failed(
        f"{error}; it is to return {wanted}.", "returns_none" if "returned None" in str(error) else None
    )
