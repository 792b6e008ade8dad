"""A cell's outputs as a notebook keeps them: plain text and pictures, up to a limit."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

DROPPED = "\n[the rest of this cell's output was dropped: it is over the limit]\n"
PICTURES = ("image/png", "image/jpeg")


class Outputs:
    """Collects the outputs of one cell; what is over the limit is dropped, never fatal.

    HTML and JavaScript are left out, since a person will open the page that shows them.

    Parameters
    ----------
    limit : int
        Bytes kept.
    """

    def __init__(self, limit: int):
        self._left = limit
        self.nodes: list[NotebookNode] = []

    def add(self, message: dict[str, Any]) -> None:
        """Take in an iopub message, whatever its kind."""
        kind, content = message.get("header", {}).get("msg_type"), message["content"]
        if kind == "stream":
            self._stream(content)
        elif kind in ("display_data", "execute_result"):
            self._display(content)
        elif kind == "error":
            self._error(content)

    def _stream(self, content: dict[str, Any]) -> None:
        name, text = content.get("name"), content.get("text")
        if name not in ("stdout", "stderr") or not isinstance(text, str):
            return
        text = self._fit(text)
        last = self.nodes[-1] if self.nodes else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        elif text:
            self.nodes.append(new_output("stream", name=name, text=text))

    def _display(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if not isinstance(data, dict):
            return
        kept = {
            mime: data[mime] for mime in PICTURES if _is_picture(data.get(mime)) and self._fits(data[mime])
        }
        if not kept and isinstance(data.get("text/plain"), str):
            kept = {"text/plain": self._fit(data["text/plain"])}
        if kept:
            self.nodes.append(new_output("display_data", data=kept))

    def _error(self, content: dict[str, Any]) -> None:
        name, value, trace = (content.get(key) for key in ("ename", "evalue", "traceback"))
        if not isinstance(trace, list) or not all(isinstance(line, str) for line in trace):
            trace = []
        trace = [self._fit(line) for line in trace[:100]]
        self.nodes.append(
            new_output(
                "error", ename=self._fit(str(name))[:200], evalue=self._fit(str(value)), traceback=trace
            )
        )

    def _fits(self, text: str) -> bool:
        if len(text) > self._left:
            return False
        self._left -= len(text)
        return True

    def _fit(self, text: str) -> str:
        """Return as much of the text as the limit leaves room for."""
        text = text.encode("utf-8", "replace").decode()  # lone surrogates cannot be written to a file
        if self._fits(text):
            return text
        kept, self._left = text[: self._left], 0
        return kept + DROPPED if kept else ""


def _is_picture(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
