"""From an agent's error to a sentence for the student, quoting nothing but their own source."""

from __future__ import annotations

import builtins
from typing import Any

from autograder.errors import SubmissionError

WANTED = {
    "array": "an array",
    "arrays": "a dict of arrays",
    "value": "a number or a string",
    "kept": "anything",
}


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
            return SubmissionError(f"{name} is not defined; it may have been renamed or deleted", "missing")
        case {"kind": "timeout"}:
            return SubmissionError(f"{name} did not finish in time", "timeout")
        case {"kind": "returned", "got": str(got)}:
            return SubmissionError(_wrong_return(name, got, details.get("length"), returns), "returned")
        case {"kind": "raised", "exception": str(exception)}:
            return _raised(name, exception, details, own_lines)
        case {"kind": "lost"}:
            return SubmissionError(f"{name}: an object of an earlier call is gone, the kernel was restarted", "died")
    return SubmissionError(f"{name} failed without a reason", "returned")


def _wrong_return(name: str, got: str, length: Any, returns: Any) -> str:
    if isinstance(returns, tuple):
        wanted = f"a tuple of {len(returns)}"
    else:
        wanted = WANTED[returns]
    if type(length) is int:
        got = f"{got} of {length}"
    elif got == "NoneType":
        got = "None (is a return statement missing?)"
    elif not got.replace("array of ", "").isidentifier() or len(got) > 40:
        got = "something else"
    return f"{name} returned {got}, expected {wanted}"


def _raised(name: str, exception: str, details: dict[str, Any], own_lines: set[str]) -> SubmissionError:
    if exception == "NotImplementedError":
        return SubmissionError(f"{name} is not answered yet: it raises NotImplementedError", "unanswered", exception)
    known = getattr(builtins, exception, None)
    if not (isinstance(known, type) and issubclass(known, BaseException)) and exception != "LinAlgError":
        exception = "an exception"
    missing = details.get("name")
    line = _quotable(details.get("lines"), own_lines)
    about = f" ({missing} has no value there)" if _names(missing, exception, line) else ""
    where = f" at your line `{line}`" if line else ""
    return SubmissionError(f"{name} raised {exception}{about}{where}", "raised", exception)


def _quotable(lines: Any, own_lines: set[str]) -> str:
    """Return the innermost line of the traceback that the student wrote, "" if there is none."""
    if not isinstance(lines, list):
        return ""
    own = [line for line in lines if isinstance(line, str) and line and line in own_lines]
    return own[-1][:120] if own else ""


def _names(name: Any, exception: str, line: str) -> bool:
    """Tell whether `name` is the name that a NameError misses, and stands in the student's line."""
    return exception in ("NameError", "UnboundLocalError") and isinstance(name, str) and name != "" and name in line
