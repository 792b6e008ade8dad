"""Which assignments have hidden checks, and what each of them states about itself."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from autograder.checking.assignment import Assignment, PreparedData
from autograder.course import Course, find_root, source_folder
from autograder.errors import ConfigError

FOLDER = Path(__file__).parent
STATEMENT = "assignment"  # the module of an assignment's folder that states what it needs, if anything


def checks_folder(assignment: str) -> Path:
    """Return the folder of an assignment's hidden checks."""
    return FOLDER / assignment


def load_assignment(name: str) -> Assignment:
    """Return what an assignment states about itself: the defaults if it states nothing."""
    if not (checks_folder(name) / f"{STATEMENT}.py").is_file():
        return Assignment()
    stated: Assignment = import_module(f"{__package__}.{name}.{STATEMENT}").ASSIGNMENT
    return stated


def prepare_data(course: Course, download: bool = False, verify: bool = False) -> PreparedData | None:
    """Return the assignment's prepared data, None if it uses none; see `DataSource.prepare`."""
    source = load_assignment(course.assignment).data
    return source.prepare(course, download, verify) if source and source.is_used_by(course) else None


def gradable_assignments(start: Path) -> list[str]:
    """Return the names of the assignments with hidden checks of the course around a folder.

    Raises
    ------
    ConfigError
        If there is no such assignment.
    """
    root = find_root(start)
    folders = source_folder(root).glob("*/")
    names = sorted(f.name for f in folders if (f / f"{f.name}.ipynb").is_file())
    found = [name for name in names if checks_folder(name).is_dir()]
    if not found:
        raise ConfigError(
            f"no assignment of the course in {root} has hidden checks; it has: {', '.join(names) or 'none'}"
        )
    return found
