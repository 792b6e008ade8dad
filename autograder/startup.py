"""What a process of ours leaves out as it starts, so that commands and workers begin at once."""

import sys

NOT_NEEDED = "rfc3987_syntax"  # a grammar that jsonschema, and so nbformat, would build for a second


def leave_out_grammar() -> None:
    """Keep an optional package from being imported: it checks a kind of address that notebooks have not.

    It has to be called before nbformat is imported.
    """
    sys.modules.setdefault(NOT_NEEDED, None)  # type: ignore[arg-type]
