"""An assignment of a course as it was released: its cells, its files and its settings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.errors import ConfigError
from autograder.limits import Limits

CONFIG = "nbgrader_config.py"
PURPOSE = "for-"  # a tag "for-<grade_id>": the cell only serves that graded cell
DEFINITION = re.compile(r"^(?:(?:def|class) +(?=\w)|(?=\w+ *=[^=]))(\w+)", re.MULTILINE)
MARK_SCHEME = re.compile(
    r"^=== BEGIN MARK SCHEME ===$(.*?)^=== END MARK SCHEME ===$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class ReleasedCell:
    """A cell of the assignment as it was released.

    Attributes
    ----------
    id : str
        The notebook format's cell id.
    grade_id : str
        nbgrader's name of the cell, "" if nbgrader does not know it.
    kind : str
        "code", "markdown" or "raw".
    role : str
        "solution" (the student's code), "test" (graded by the checks), "written" (graded by a
        person), "locked" (restored if it was edited) or "plain".
    source : str
        The text; "" for a solution or a written answer, which the grader does not use.
    purpose : str
        The graded cell that this one only serves, "" if none.
    metadata : str
        nbgrader's metadata of the cell, as JSON.
    defines : tuple of str
        The names that a solution defines, by which its cell is recognised if its metadata is missing.
    scheme : str
        The mark scheme of a written answer, for the person who grades it.
    """

    id: str
    grade_id: str
    kind: str
    role: str
    source: str
    purpose: str
    points: float
    metadata: str
    defines: tuple[str, ...] = ()
    scheme: str = field(default="", repr=False)


@dataclass(frozen=True)
class Course:
    """One assignment of a course; frozen, so that it can be shipped with each job.

    Attributes
    ----------
    root : str
        The folder of nbgrader_config.py.
    cells : tuple of ReleasedCell
    files : tuple of (name, bytes)
        The files of the assignment's source folder other than notebooks, by their path in it.
    """

    root: str
    assignment: str
    cells: tuple[ReleasedCell, ...] = field(repr=False)
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def load(cls, assignment: str, start: Path | None = None) -> Course:
        """Read an assignment of the course at or above `start`; raise ConfigError if that fails."""
        root = find_root(start or Path.cwd())
        config = read_config(root)
        folder = source_folder(root, config) / assignment
        notebook = folder / f"{assignment}.ipynb"
        if not notebook.is_file():
            known = {path.stem for path in folder.parent.glob("*/*.ipynb") if path.stem == path.parent.name}
            raise ConfigError(
                f"{root} has no assignment {assignment!r} ({notebook} is missing); it has: {_listed(known)}"
            )
        return cls(str(root), assignment, _read_cells(notebook), _read_files(folder), _read_limits(config))

    @property
    def tests(self) -> tuple[ReleasedCell, ...]:
        """The cells that the hidden checks grade, in the notebook's order."""
        return tuple(cell for cell in self.cells if cell.role == "test")

    def select(self, names: tuple[str, ...] = ()) -> tuple[ReleasedCell, ...]:
        """Return the test cells of these names, all by default; raise ConfigError if one is unknown."""
        known = {cell.grade_id for cell in self.tests}
        for name in names:
            if name not in known:
                raise ConfigError(
                    f"{self.assignment} has no graded test cell {name!r}; it has: {_listed(known)}"
                )
        return tuple(cell for cell in self.tests if not names or cell.grade_id in names)

    def write_files(self, folder: Path) -> Path:
        """Write the assignment's own files into a folder, and return it."""
        for name, content in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds nbgrader_config.py."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise ConfigError(f"no {CONFIG} in {start} or above it; run this inside a course's folder")


def read_config(root: Path) -> Config:
    """Return the traitlets configuration of the course."""
    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except ConfigFileNotFound as error:
        raise ConfigError(f"{root / CONFIG} cannot be read: {error}") from error
    except Exception as error:  # the file is a program, which may raise anything
        raise ConfigError(f"{root / CONFIG} stopped with {type(error).__name__}: {error}") from error


def source_folder(root: Path, config: Config | None = None) -> Path:
    """Return the folder of the course's assignments as the instructor writes them."""
    config = read_config(root) if config is None else config
    return root / str(config.CourseDirectory.get("source_directory", "source"))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _read_limits(config: Config) -> Limits:
    known = {f.name for f in fields(Limits)}
    given = dict(config.Limits)
    if unknown := set(given) - known:
        raise ConfigError(f"c.Limits has no setting {_listed(unknown)}; there are: {_listed(known)}")
    return Limits(**given)


def _read_files(folder: Path) -> tuple[tuple[str, bytes], ...]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".ipynb")
    kept = [path for path in paths if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)]
    return tuple((str(path.relative_to(folder)), path.read_bytes()) for path in kept)


def _read_cells(notebook: Path) -> tuple[ReleasedCell, ...]:
    try:
        cells = json.loads(notebook.read_text())["cells"]
        return tuple(_read_cell(cell) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{notebook} is not a notebook of an assignment: {error!r}") from error


def _read_cell(cell: dict[str, Any]) -> ReleasedCell:
    metadata = cell["metadata"].get("nbgrader", {})
    role = _role(metadata)
    purposes = [
        tag.removeprefix(PURPOSE) for tag in cell["metadata"].get("tags", ()) if tag.startswith(PURPOSE)
    ]
    return ReleasedCell(
        id=cell.get("id", ""),
        grade_id=metadata.get("grade_id", ""),
        kind=cell["cell_type"],
        role=role,
        source="" if role in ("solution", "written") else "".join(cell["source"]),
        purpose=purposes[0] if purposes else "",
        points=float(metadata.get("points", 0)),
        metadata=json.dumps(metadata),
        defines=tuple(sorted(definitions("".join(cell["source"])))) if role == "solution" else (),
        scheme="\n\n".join(MARK_SCHEME.findall("".join(cell["source"]))).strip() if role == "written" else "",
    )


def definitions(source: str) -> set[str]:
    """Return the names that code defines at its top level, without parsing it: it may not be Python."""
    return set(DEFINITION.findall(source))


def _role(metadata: dict[str, Any]) -> str:
    grade, solution = metadata.get("grade", False), metadata.get("solution", False)
    if grade:
        return "written" if solution else "test"
    if solution:
        return "solution"
    return "locked" if metadata.get("locked") else "plain"
