"""From a released notebook and answers to a submission, as a student would leave it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

SOLUTION = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
ANSWERS = Path(__file__).with_name("answers")


def reference_answers(source: Path) -> dict[str, str]:
    """Return the solutions in an instructor's notebook, by grade_id, without their markers."""
    cells = nbformat.read(source, as_version=4).cells
    found = {}
    for cell in cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution") and cell.cell_type == "code":
            found[metadata["grade_id"]] = SOLUTION.sub("", cell.source)
    return found


def read_answers(name: str) -> dict[str, str]:
    """Return the answers in a file of this folder, by grade_id."""
    return parse_answers((ANSWERS / f"{name}.py").read_text())


def parse_answers(text: str) -> dict[str, str]:
    """Return the answers in a text, each under a line `# cell: <grade_id>`, by grade_id."""
    parts = re.split(r"^# cell: (\w+)\n", text, flags=re.MULTILINE)
    return {parts[i]: parts[i + 1].strip() for i in range(1, len(parts), 2)}


def answered(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Return a copy of the released notebook with the answers in its solution cells."""
    notebook: NotebookNode = nbformat.from_dict(released)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    return notebook
