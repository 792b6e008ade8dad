"""Reading a submitted file, which is untrusted: its notebook, or the reason why it holds none."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.errors import SubmissionError

MAX_BYTES = 32 * 2**20  # the reference solution with its figures has less than 1 MiB
MAX_CELLS = 1_000
MAX_SOURCE = 2**20  # characters of a cell
MAX_NAME = 200  # characters of an id or of an attachment's name
RESAVE = "Open your notebook in Jupyter, save it, check that it opens again, and submit that file."
KINDS = ("code", "markdown", "raw")
PICTURES = ("image/png", "image/jpeg", "image/gif")  # no SVG, which can hold a program
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def read_bytes(path: Path) -> bytes:
    """Return a submitted file's content; raise SubmissionError if it is not a regular file or too large."""
    try:
        with open(path, "rb", opener=open_unfollowed) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SubmissionError(_not_regular(path))
            if status.st_size <= MAX_BYTES:
                return file.read(MAX_BYTES)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise SubmissionError(_not_regular(path)) from error
        raise SubmissionError(
            f"{path.name} is missing: {error.strerror}. Submit the notebook itself."
        ) from error
    raise SubmissionError(
        f"{path.name} has {status.st_size / 2**20:.0f} MiB, expected at most {MAX_BYTES // 2**20}. "
        "Clear the outputs that make it large and submit it again."
    )


def open_unfollowed(path: str, flags: int) -> int:
    """Open a file without following a link or waiting for the writer of a FIFO; for `open`."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _not_regular(path: Path) -> str:
    return f"{path.name} is not a regular file. Submit the notebook itself, not a link or folder."


def parse(content: bytes, name: str) -> NotebookNode:
    """Parse the bytes of a submitted file as a notebook of format 4.5.

    Raises
    ------
    SubmissionError
        If they are not a notebook; the message says what was found and what to do.
    """
    data = _parse_json(content, name)
    if not isinstance(data, dict):
        raise SubmissionError(f"{name} holds a JSON {_json_type(data)}, expected a notebook. {RESAVE}")
    data = _upgrade(data, name)
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError(f"{name} has no list of cells, so it is not a notebook. {RESAVE}")
    if len(cells) > MAX_CELLS:
        raise SubmissionError(
            f"{name} has {len(cells)} cells, expected at most {MAX_CELLS}. Delete those that are not needed."
        )
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    clean = [_clean(cell, index, name) for index, cell in enumerate(cells)]
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=nbformat.from_dict(metadata), cells=clean)


def _parse_json(content: bytes, name: str) -> Any:
    if not content.strip():
        raise SubmissionError(f"{name} is empty. {RESAVE}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{name} is not UTF-8 text: byte {error.start} is invalid. {RESAVE}") from error
    try:
        return json.loads(text)
    except RecursionError as error:
        raise SubmissionError(f"{name} is nested too deeply to be a notebook. {RESAVE}") from error
    except ValueError as error:
        if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
            raise SubmissionError(
                f"{name} holds unresolved merge conflicts. Resolve them. {RESAVE}"
            ) from error
        raise SubmissionError(f"{name} is not valid JSON ({error}). {RESAVE}") from error


def _json_type(data: Any) -> str:
    return {list: "list", str: "text", type(None): "null", bool: "truth value"}.get(type(data), "number")


def _upgrade(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the notebook in format 4; a later minor version is read as 4.5."""
    major = data.get("nbformat")
    if major == 4:
        return data
    if major not in (1, 2, 3):
        raise SubmissionError(f"{name} says nbformat {str(major)[:20]!r}, expected 4. {RESAVE}")
    try:
        upgraded: NotebookNode = nbformat.convert(nbformat.from_dict(data), 4)
    except Exception as error:  # nbformat's converters do not validate what they are given
        raise SubmissionError(
            f"{name} is of notebook format {major} and cannot be upgraded. {RESAVE}"
        ) from error
    return upgraded


def _clean(cell: Any, index: int, name: str) -> NotebookNode:
    """Return the cell with a type, an id, text and metadata of the right types, and nothing else."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in KINDS:
        raise SubmissionError(f"{name}: cell {index + 1} is not a code, markdown or raw cell. {RESAVE}")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        raise SubmissionError(
            f"{name}: cell {index + 1} is not a text of at most {MAX_SOURCE} characters. {RESAVE}"
        )
    clean = NotebookNode(
        cell_type=cell["cell_type"],
        id=_short(cell.get("id")),
        source=source.encode("utf-8", "replace").decode(),
        metadata=NotebookNode(nbgrader=_claim(cell.get("metadata"))),
    )
    if clean.cell_type == "code":
        clean.update(outputs=[], execution_count=None)
    elif pictures := _pictures(cell.get("attachments")):
        clean.attachments = pictures
    return clean


def _short(value: Any) -> str:
    return value[:MAX_NAME] if isinstance(value, str) else ""


def _claim(metadata: Any) -> NotebookNode:
    """Return the metadata of a cell with its grade_id alone."""
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = _short(nbgrader.get("grade_id")) if isinstance(nbgrader, dict) else ""
    return NotebookNode(grade_id=grade_id) if grade_id else NotebookNode()


def _pictures(attachments: Any) -> NotebookNode:
    """Return the pictures attached to a cell, by name."""
    items = attachments.items() if isinstance(attachments, dict) else ()
    bundles = {name: _picture(bundle) for name, bundle in items if len(name) <= MAX_NAME}
    return NotebookNode({name: bundle for name, bundle in bundles.items() if bundle})


def _picture(bundle: Any) -> NotebookNode:
    items = bundle.items() if isinstance(bundle, dict) else ()
    kept = {mime: text for mime, text in items if mime in PICTURES and isinstance(text, str)}
    return NotebookNode({mime: text for mime, text in kept.items() if BASE64.fullmatch(text)})
