"""A cell's outputs as a notebook stores them: plain text and pictures, up to a limit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from nbformat import v4
from nbformat.notebooknode import NotebookNode

from autograder.kernel.wire import Message

DROPPED = "\n[the rest of this cell's output was dropped: it is over the limit]\n"
MIN_CHARACTERS = 1_000  # about what an output takes in a notebook and on a page, however little it contains
MAX_TRACEBACK_LINES = 100
MAX_ERROR_CHARACTERS = 1_000  # of an exception's name, and of its message
NEW_OUTPUT: Callable[..., NotebookNode] = v4.new_output  # nbformat has no types
PICTURES = ("image/png", "image/jpeg")


class Outputs:
    """Collects the outputs of one cell as they arrive; what is over the limit is dropped, and never fatal.

    HTML and JavaScript are left out, since a person will open the page that shows the outputs.

    Parameters
    ----------
    max_characters : int
        How much is kept; each output counts for at least MIN_CHARACTERS.

    Attributes
    ----------
    ended : bool
        Whether the kernel has said that it is idle, which follows the last output; that may come before the
        reply.
    """

    def __init__(self, max_characters: int):
        self.ended = False
        self._characters_left = max_characters
        self._dropped = False
        self._stream_parts: list[str] = []
        self._nodes: list[NotebookNode] = []

    def add(self, message: Message) -> None:
        """Add what an iopub message shows, if it shows anything."""
        kind, content = message["header"].get("msg_type"), message["content"]
        if kind == "status":
            self.ended |= content.get("execution_state") == "idle"
        elif self._dropped:
            return
        elif kind == "stream":
            self._add_stream(content)
        elif kind in ("display_data", "execute_result"):
            self._add_display(content)
        elif kind == "error":
            self._add_error(content)

    def cut(self) -> None:
        """Drop everything that is added from now on."""
        self._dropped = True

    def close(self) -> list[NotebookNode]:
        """Return the outputs as a notebook stores them; if any was dropped, the last one says so."""
        if self._dropped:
            self._append(NEW_OUTPUT("stream", name="stdout", text=DROPPED))
        self._join_stream()
        return self._nodes

    def _add_stream(self, content: dict[str, Any]) -> None:
        name, text = content.get("name"), _text(content.get("text"))
        if name not in ("stdout", "stderr") or not text:
            return
        last = self._nodes[-1] if self._nodes else None
        if last is None or last.output_type != "stream" or last.name != name:
            self._append(NEW_OUTPUT("stream", name=name, text=""))
        self._stream_parts.append(self._fit(text))

    def _add_display(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if not isinstance(data, dict):
            return
        pictures = {mime: data[mime] for mime in PICTURES if _is_picture(data.get(mime))}
        size = sum(map(len, pictures.values()))
        if size > self._characters_left:
            self.cut()
        elif pictures:
            self._characters_left -= size
            self._append(NEW_OUTPUT("display_data", data=pictures))
        elif text := _text(data.get("text/plain")):
            self._append(NEW_OUTPUT("display_data", data={"text/plain": self._fit(text)}))

    def _add_error(self, content: dict[str, Any]) -> None:
        trace = content.get("traceback")
        trace = trace[:MAX_TRACEBACK_LINES] if isinstance(trace, list) else []
        lines = [self._fit(_text(line)) for line in trace]
        texts = (_text(content.get(key)) for key in ("ename", "evalue"))
        name, value = (self._fit(text[:MAX_ERROR_CHARACTERS]) for text in texts)
        self._append(NEW_OUTPUT("error", ename=name, evalue=value, traceback=lines))

    def _append(self, node: NotebookNode) -> None:
        self._join_stream()
        self._nodes.append(node)
        self._characters_left -= MIN_CHARACTERS

    def _join_stream(self) -> None:
        """Join the parts of the last stream: all at once, since there may be very many."""
        if self._stream_parts:
            self._nodes[-1].text += "".join(self._stream_parts)
            self._stream_parts = []

    def _fit(self, text: str) -> str:
        """Return as much of the text as is left of the limit, and count it."""
        kept = text[: max(self._characters_left, 0)]
        self._characters_left -= len(text)
        if self._characters_left < 0:
            self.cut()
        return kept


def _text(value: Any) -> str:
    """Return a string that can be written to a file, "" for anything that is not a string."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _is_picture(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
