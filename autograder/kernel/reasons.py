"""From an agent's error to a sentence for the student, quoting nothing but their own source."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograder.errors import SubmissionError

WANTED = {
    "array": "an array",
    "arrays": "a dict of arrays",
    "value": "a number or a string",
    "kept": "anything",
}
# What the agent may name: with any name, code that replaces the agent could quote hidden inputs to its author
TYPES = {name for name, value in vars(builtins).items() if isinstance(value, type)}
TYPES |= {"NoneType", "function", "method", "module", "generator"}
TYPES |= {"ndarray", *(np.dtype(code).name for code in np.typecodes["All"]), "bytes", "str"}
TYPES |= {np.dtype(code).type.__name__ for code in np.typecodes["All"]}
MAX_LENGTH = 100  # of a tuple that is worth naming


def explain(details: dict[str, Any], name: str, returns: Any, own_lines: set[str]) -> SubmissionError:
    """Return the SubmissionError that says what went wrong in `name`.

    Parameters
    ----------
    details : dict
        The agent's account: untrusted, so only words of fixed sets and lines that the student
        wrote are taken from it.
    own_lines : set of str
        The stripped lines of the submission's code.
    """
    match details:
        case {"kind": "missing"}:
            why = "its cell stopped with an error, or the name was changed: run the cell and see"
            return SubmissionError(f"{name} is not defined; {why}", "missing")
        case {"kind": "timeout"}:
            return SubmissionError(f"{name} did not finish in time", "timeout")
        case {"kind": "returned", "got": str(got)}:
            return SubmissionError(_wrong_return(name, got, details.get("length"), returns), "returned")
        case {"kind": "raised", "exception": str(exception)}:
            return _raised(name, exception, details, own_lines)
        case {"kind": "unusable"}:
            return SubmissionError(f"{name} was not called: its settings could not be made", "unusable")
        case {"kind": "died"}:
            return SubmissionError("the process in which the functions were called has ended", "died")
        case {"kind": "lost"}:
            return SubmissionError(
                f"{name}: an object of an earlier call is gone, the kernel was restarted", "died"
            )
    return SubmissionError(f"{name} failed without a reason", "returned")


def _wrong_return(name: str, got: str, length: Any, returns: Any) -> str:
    wanted = f"a tuple of {len(returns)}" if isinstance(returns, tuple) else WANTED[returns]
    if got.removeprefix("array of ") not in TYPES:
        got = "something else"
    elif got == "NoneType":
        got = "None (is a return statement missing?)"
    elif type(length) is int and 0 <= length <= MAX_LENGTH:
        got = f"{got} of {length}"
    return f"{name} returned {got}, expected {wanted}"


def _raised(name: str, exception: str, details: dict[str, Any], own_lines: set[str]) -> SubmissionError:
    if exception == "NotImplementedError":
        return SubmissionError(
            f"{name} is not answered yet: it raises NotImplementedError", "unanswered", exception
        )
    known = getattr(builtins, exception, None)
    if not (isinstance(known, type) and issubclass(known, BaseException)) and exception != "LinAlgError":
        exception = "an exception"
    missing = details.get("name")
    line = _quotable(details.get("lines"), own_lines)
    about = f" ({missing} has no value there)" if _names(missing, exception, line) else ""
    where = f" at your line `{line}`" if line else ""
    text = f"{name} raised {exception}{about}{where}; call it in the notebook to see the whole error"
    return SubmissionError(text, "raised", exception)


def _quotable(lines: Any, own_lines: set[str]) -> str:
    """Return the innermost line of the traceback that the student wrote, "" if there is none."""
    if not isinstance(lines, list):
        return ""
    own = [line for line in lines if isinstance(line, str) and line and line in own_lines]
    return own[-1][:120] if own else ""


def _names(name: Any, exception: str, line: str) -> bool:
    """Tell whether `name` is the name that a NameError misses, and stands in the student's line."""
    return (
        exception in ("NameError", "UnboundLocalError")
        and isinstance(name, str)
        and name != ""
        and name in line
    )
