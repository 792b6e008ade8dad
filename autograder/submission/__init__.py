"""Reading what was handed in, and putting it right."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from autograder.course import PURPOSE, Course
from autograder.submission.reading import parse, read_bytes
from autograder.submission.sanitising import sanitise

__all__ = ["Submission", "purpose_of", "sanitise"]


@dataclass(frozen=True)
class Submission:
    """A submitted notebook, put right.

    Attributes
    ----------
    name : str
        What it is called in a result: the path as given.
    sha256 : str
        Of the submitted file.
    notes : tuple of str
        What had to be put right.
    """

    name: str
    notebook: NotebookNode = field(repr=False)
    sha256: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | Path, course: Course) -> Submission:
        """Read a submitted file; raise SubmissionError where it is no notebook of the assignment."""
        content = read_bytes(Path(path))
        notebook = parse(content, Path(path).name)
        notes = sanitise(notebook, course)
        return cls(str(path), notebook, hashlib.sha256(content).hexdigest(), tuple(notes))

    @property
    def source(self) -> str:
        """All code of the notebook."""
        return "\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "code")


def purpose_of(cell: NotebookNode) -> str:
    """Return the graded cell that a cell only serves, "" if none."""
    for tag in cell.metadata.get("tags", ()):
        if tag.startswith(PURPOSE):
            return tag.removeprefix(PURPOSE)
    return ""
