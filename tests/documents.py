"""The documents of the repository, their fenced blocks, and a copy of the repository to run commands in."""

import re
import shutil
from typing import NamedTuple

from conftest import ROOT

DOCS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "benchmarks/README.md"]
BLOCK = re.compile(r"(?:^<!-- not run: (.+?) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = (
    "source release solutions benchmarks tools gradescope nbgrader_config.py Makefile pyproject.toml".split()
)
LINKED = (
    ".venv",
    "autograder",
    "tests",
    "docs",
    "README.md",
    "LICENSE",
)  # no command of the docs writes there


class Block(NamedTuple):
    """A fenced block: where it starts, why it is not run if it is not, its language and its text."""

    where: str
    excuse: str
    language: str
    text: str


def blocks(path, language=None):
    """Return the fenced blocks of a Markdown file, all or those in one language."""
    text = path.read_text()
    found = [
        Block(f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}", *match.groups(""))
        for match in BLOCK.finditer(text)
    ]
    return [block for block in found if language in (None, block.language)]


def copy_repository(folder):
    """Copy what commands of the docs read and write, and link the rest."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder
