"""Imports that the grader's processes skip, so that commands and workers start faster."""

import sys

NOT_NEEDED = "rfc3987_syntax"  # an optional import of jsonschema, and so of nbformat


def leave_out_grammar() -> None:
    """Make the import of a grammar fail: it checks international addresses, which notebooks do not contain.

    Has an effect only before nbformat is imported. It sets an entry of `sys.modules` to None, for which
    Python's import system raises ModuleNotFoundError and jsonschema does without.
    """
    sys.modules.setdefault(NOT_NEEDED, None)  # type: ignore[arg-type]
