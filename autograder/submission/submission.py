"""A submitted notebook, read and sanitised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.course import PURPOSE, Course
from autograder.errors import SubmissionError
from autograder.submission.reading import parse, read_bytes
from autograder.submission.sanitising import require_answers, sanitise


@dataclass(frozen=True)
class Submission:
    """A submitted notebook, sanitised.

    Attributes
    ----------
    name : str
        What results call it: the path as given.
    sha256 : str
        The digest of the submitted file, "" if it could not be read.
    notes : tuple of str
        What was repaired, a sentence each.
    fault : str
        Why the submitted file is not a notebook of the assignment, "" if it is one. If there is a fault, the
        notebook has the released test cells, and the reason at its top.
    """

    name: str
    notebook: NotebookNode = field(repr=False)
    sha256: str = ""
    notes: tuple[str, ...] = ()
    fault: str = ""

    @classmethod
    def read(cls, path: str | Path, course: Course) -> Submission:
        """Read a submitted file; raise SubmissionError if it is not a notebook of the assignment."""
        return cls._parse(read_bytes(Path(path)), str(path), Path(path).name, course)

    @classmethod
    def receive(cls, path: str | Path, course: Course, content: bytes | None = None) -> Submission:
        """Read a submitted file, or use the content read from it; a `fault` takes the place of an error."""
        name, digest = str(path), ""
        try:
            content = read_bytes(Path(path)) if content is None else content
            digest = hashlib.sha256(content).hexdigest()
            return cls._parse(content, name, Path(path).name, course)
        except SubmissionError as error:
            reason = new_markdown_cell(
                str(error), id="reason", metadata=NotebookNode(nbgrader=NotebookNode())
            )
            notebook = new_notebook(cells=[reason])
            sanitise(notebook, course)
            return cls(name, notebook, digest, fault=str(error))

    @classmethod
    def _parse(cls, content: bytes, name: str, filename: str, course: Course) -> Submission:
        notebook = parse(content, filename)
        require_answers(notebook, course)
        notes = sanitise(notebook, course)
        return cls(name, notebook, hashlib.sha256(content).hexdigest(), tuple(notes))

    @property
    def source(self) -> str:
        """All code of the notebook."""
        return "\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "code")


def purpose_of(cell: NotebookNode) -> str:
    """Return the graded cell that a cell only serves, "" if none."""
    tags: list[str] = cell.metadata.get("tags", [])
    return next((tag.removeprefix(PURPOSE) for tag in tags if tag.startswith(PURPOSE)), "")
