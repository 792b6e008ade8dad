"""What a result follows from."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Course
from autograder.grading.options import GradingOptions

if TYPE_CHECKING:
    from autograder.submission.submission import Submission

PACKAGES = ("numpy", "ipykernel", "ipython", "nbgrader", "pytest")
PACKAGE = Path(__file__).parents[1]
# The folders and files of this package that take part in a verdict, the words of the checks included
TAKE_PART = (
    "checking",
    "checks",
    "grading",
    "kernel",
    "sandbox",
    "submission",
    "course.py",
    "limits.py",
    "scoring.py",
)


def checks_digest(course: Course) -> str:
    """Return the SHA-256 of everything a verdict follows from: checks, course files and cells.

    The number of threads is left out: it stands in the provenance by itself, since the jobs of a run share
    the machine's cores.
    """
    limits = replace(course.limits, threads=0)
    digest = hashlib.sha256(repr((course.cells, course.files, limits)).encode())
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    found = [path for name in TAKE_PART for path in ((PACKAGE / name), *(PACKAGE / name).rglob("*"))]
    return sorted(path for path in found if path.suffix in (".py", ".toml"))


def provenance(submission: Submission, options: GradingOptions, seed: int) -> dict[str, Any]:
    """Return what a result follows from, as its JSON has it."""
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    limits = options.course.limits
    return {
        "notebook_sha256": submission.sha256,
        "checks_sha256": checks_digest(options.course),
        "versions": versions,
        "seed": seed,
        "threads": limits.threads or os.cpu_count(),
        "sandbox": "bubblewrap" if options.sandboxed else _unprotected(limits.user),
    }


def _unprotected(user: str) -> str:
    return f"none: the network was open, and the code ran as user {user}" if user else "none"
