"""Sentences for the student about what went wrong in a call; they quote only the student's own source."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.errors import SubmissionError
from autograder.kernel.codec import Kind, Returns

WANTED: dict[Kind, str] = {
    "array": "an array",
    "arrays": "a dict of arrays",
    "value": "a number or a string",
    "kept": "anything",
}
# The names that a message may contain. If it could contain any name, code that replaces the agent could send
# hidden inputs to its author.
DTYPE_NAMES = {np.dtype(code).name for code in np.typecodes["All"]}
TYPE_NAMES = {name for name, value in vars(builtins).items() if isinstance(value, type)}
TYPE_NAMES |= {"NoneType", "function", "method", "module", "generator", "ndarray", "bytes", "str"}
TYPE_NAMES |= DTYPE_NAMES | {np.dtype(code).type.__name__ for code in np.typecodes["All"]}
EXCEPTION_NAMES = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
EXCEPTION_NAMES |= {"LinAlgError"}
MAX_LENGTH = 100  # of a tuple whose length is named
MAX_LINE_CHARACTERS = 120


def explain(
    details: Mapping[str, Any], function: str, returns: Returns, own_lines: set[str]
) -> SubmissionError:
    """Return the error that says what went wrong in a function.

    Parameters
    ----------
    details : mapping
        The agent's account. It is untrusted: only words of fixed sets and lines that the student wrote are
        taken from it.
    function : str
        What the student calls the function.
    returns : str or tuple of str
        What it was to return.
    own_lines : set of str
        The stripped lines of the submission's code.
    """
    match details:
        case {"kind": "missing"}:
            why = "its cell stopped with an error, or the name was changed: run the cell and see"
            return SubmissionError(f"{function} is not defined; {why}", "missing")
        case {"kind": "timeout"}:
            return SubmissionError(f"{function} did not finish in time", "timeout")
        case {"kind": "returned", "got": str(got)}:
            found = _found(got, details.get("dtype"), details.get("length"))
            return SubmissionError(f"{function} returned {found}, expected {_wanted(returns)}", "returned")
        case {"kind": "raised", "exception": str(exception)}:
            return _raised(function, exception, details, own_lines)
        case {"kind": "unusable"}:
            return SubmissionError(f"{function} was not called: its settings could not be made", "unusable")
        case {"kind": "died"}:
            return SubmissionError("the process in which the functions were called has ended", "died")
        case {"kind": "lost"}:
            return SubmissionError(
                f"{function}: an object of an earlier call is gone, the kernel was restarted", "died"
            )
    return SubmissionError(f"{function} failed without a reason", "returned")


def _wanted(returns: Returns) -> str:
    return f"a tuple of {len(returns)}" if isinstance(returns, tuple) else WANTED[returns]


def _found(type_name: str, dtype: Any, length: Any) -> str:
    """Name what a function returned, as far as the names are known ones."""
    if type_name not in TYPE_NAMES:
        return "something else"
    if type_name == "NoneType":
        return "None (is a return statement missing?)"
    if dtype is not None:
        known = isinstance(dtype, str) and dtype in DTYPE_NAMES
        return f"an array of {dtype}" if known else "something else"
    if type(length) is int and 0 <= length <= MAX_LENGTH:
        return f"{type_name} of {length}"
    return type_name


def _raised(
    function: str, exception: str, details: Mapping[str, Any], own_lines: set[str]
) -> SubmissionError:
    if exception == NotImplementedError.__name__:
        text = f"{function} is not answered yet: it raises NotImplementedError"
        return SubmissionError(text, "unanswered", exception)
    if exception not in EXCEPTION_NAMES:
        exception = "an exception"
    line = _last_own_line(details.get("lines"), own_lines)
    where = f" at your line `{line}`" if line else ""
    missing = _missing_name(details.get("name"), exception, line)
    about = f" ({missing} has no value there)" if missing else ""
    text = f"{function} raised {exception}{about}{where}; call it in the notebook to see the whole error"
    return SubmissionError(text, "raised", exception)


def _last_own_line(lines: Any, own_lines: set[str]) -> str:
    """Return the innermost line of the traceback that the student wrote, "" if there is none."""
    if not isinstance(lines, list):
        return ""
    own = [line for line in lines if isinstance(line, str) and line and line in own_lines]
    return own[-1][:MAX_LINE_CHARACTERS] if own else ""


def _missing_name(name: Any, exception: str, line: str) -> str:
    """Return the name that a NameError misses, "" unless it occurs in the student's line."""
    is_name_error = exception in (NameError.__name__, UnboundLocalError.__name__)
    return name if is_name_error and isinstance(name, str) and name in line else ""
