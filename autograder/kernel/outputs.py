"""A cell's outputs as a notebook keeps them: plain text and pictures, up to a limit."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

DROPPED = "\n[the rest of this cell's output was dropped: it is over the limit]\n"
SMALLEST = 1_000  # characters: about what an output takes in a notebook and on a page, however little it says
PICTURES = ("image/png", "image/jpeg")


class Outputs:
    """Collects the outputs of one cell as they arrive; what is over the limit is dropped, never fatal.

    HTML and JavaScript are left out, since a person will open the page that shows them.

    Parameters
    ----------
    limit : int
        Characters kept; each output counts for at least `SMALLEST`.

    Attributes
    ----------
    ended : bool
        Whether the kernel has said that it is idle, behind the last output; that may come before the reply.
    """

    def __init__(self, limit: int):
        self.ended = False
        self._left = limit
        self._cut = False
        self._stream_parts: list[str] = []
        self._nodes: list[NotebookNode] = []

    def add(self, message: dict[str, Any]) -> None:
        """Take in an iopub message, whatever its kind."""
        kind, content = message["header"].get("msg_type"), message["content"]
        if kind == "status":
            self.ended |= content.get("execution_state") == "idle"
        elif self._cut:
            return
        elif kind == "stream":
            self._stream(content)
        elif kind in ("display_data", "execute_result"):
            self._display(content)
        elif kind == "error":
            self._error(content)

    def cut(self) -> None:
        """Take in nothing more."""
        self._cut = True

    def close(self) -> list[NotebookNode]:
        """Return the outputs, as a notebook keeps them; the last one says so where any were dropped."""
        if self._cut:
            self._append(new_output("stream", name="stdout", text=DROPPED))
        self._join()
        return self._nodes

    def _stream(self, content: dict[str, Any]) -> None:
        name, text = content.get("name"), _text(content.get("text"))
        if name not in ("stdout", "stderr") or not text:
            return
        last = self._nodes[-1] if self._nodes else None
        if last is None or last.output_type != "stream" or last.name != name:
            self._append(new_output("stream", name=name, text=""))
        self._stream_parts.append(self._fit(text))

    def _display(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if not isinstance(data, dict):
            return
        pictures = {mime: data[mime] for mime in PICTURES if _is_picture(data.get(mime))}
        if sum(map(len, pictures.values())) > self._left:
            self.cut()
        elif pictures:
            self._left -= sum(map(len, pictures.values()))
            self._append(new_output("display_data", data=pictures))
        elif text := _text(data.get("text/plain")):
            self._append(new_output("display_data", data={"text/plain": self._fit(text)}))

    def _error(self, content: dict[str, Any]) -> None:
        trace = content.get("traceback")
        lines = [self._fit(_text(line)) for line in trace[:100]] if isinstance(trace, list) else []
        name, value = (self._fit(_text(content.get(key))[:1000]) for key in ("ename", "evalue"))
        self._append(new_output("error", ename=name, evalue=value, traceback=lines))

    def _append(self, node: NotebookNode) -> None:
        self._join()
        self._nodes.append(node)
        self._left -= SMALLEST

    def _join(self) -> None:
        """Put together the text of the last stream: in one step, since it may come in many pieces."""
        if self._stream_parts:
            self._nodes[-1].text += "".join(self._stream_parts)
            self._stream_parts = []

    def _fit(self, text: str) -> str:
        """Return as much of the text as the limit leaves room for."""
        kept = text[: max(self._left, 0)]
        self._left -= len(text)
        if self._left < 0:
            self.cut()
        return kept


def _text(value: Any) -> str:
    """Return a string that can be written to a file, "" for anything else."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _is_picture(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
