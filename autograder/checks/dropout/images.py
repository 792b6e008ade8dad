"""Finding CIFAR-10 and preparing it for grading: what a sandbox sees, and what it never sees.

The images are prepared in a process of its own (see preparation.py), so that the grader's does not keep their
memory. They are found, or downloaded, as the assignment's own `utils` say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import platformdirs

from autograder.course import Course
from autograder.errors import ConfigError, DataNotFoundError

PREPARATION = "autograder.checks.dropout.preparation"  # the module that is run


@dataclass(frozen=True)
class Exam:
    """The images and labels that an accuracy is measured on, mapped from read-only files.

    Attributes
    ----------
    X_val, X_held_out : ndarray, shape (N, 3, 32, 32), float32
        Normalised images.
    y_val, y_held_out : ndarray, shape (N,), int64
        Their classes.
    """

    X_val: np.ndarray
    y_val: np.ndarray
    X_held_out: np.ndarray
    y_held_out: np.ndarray


@dataclass(frozen=True)
class Data:
    """A prepared image set.

    Attributes
    ----------
    folder : Path
        Holds `visible`, which sandboxes are given, and `exam`, which they are not.
    """

    folder: Path
    variable = "CIFAR10_DIR"

    def __reduce__(self) -> tuple[type[Data], tuple[Path]]:
        """Pickle the folder alone: a worker maps the images itself."""
        return Data, (self.folder,)

    @property
    def visible(self) -> Path:
        return self.folder / "visible"

    @property
    def name(self) -> str:
        """ "CIFAR-10" or "generated"."""
        return str(json.loads((self.visible / "manifest.json").read_text())["name"])

    @cached_property
    def exam(self) -> Exam:
        try:
            return Exam(**{key: self._load(key) for key in Exam.__dataclass_fields__})
        except (OSError, ValueError, EOFError) as error:
            raise ConfigError(
                f"the prepared images in {self.folder} are damaged: {error}. Delete it."
            ) from error

    def _load(self, key: str) -> np.ndarray:
        return np.asarray(np.load(self.folder / "exam" / f"{key}.npy", mmap_mode="r"))


def is_used_by(course: Course) -> bool:
    """Tell whether the assignment comes with a reader of images."""
    return any(name == "utils/data_utils.py" for name, _ in course.files)


def prepare(course: Course, download: bool = False, verify: bool = False) -> Data:
    """Find CIFAR-10 and prepare it where that has not been done.

    Parameters
    ----------
    download : bool
        Whether to download it where it is not found.
    verify : bool
        Whether to check every bit of what is prepared, which takes seconds.

    Raises
    ------
    DataNotFoundError
        If it is not found.
    ConfigError
        If a file of it is missing, short or malformed.
    """
    cache = platformdirs.user_cache_path("autograder") / "images"
    flags = [flag for flag, wanted in (("--download", download), ("--verify", verify)) if wanted]
    return Data(Path(_run(course, str(cache), *flags)))


def generate(course: Course, folder: Path) -> Path:
    """Write a small generated image set, for demonstrations without CIFAR-10, and return its folder."""
    return Path(_run(course, str(folder), "--generate"))


def _run(course: Course, *arguments: str) -> str:
    """Run the preparation on the course's files and return what it printed."""
    with tempfile.TemporaryDirectory(prefix="ag-") as folder:
        course.write_files(Path(folder))
        variables = {**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        # -P: a folder `utils` where this runs must not be taken for the assignment's
        command = [sys.executable, "-P", "-m", PREPARATION, *arguments]
        progress = None if "--download" in arguments else subprocess.PIPE  # a download shows its progress bar
        done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, stderr=progress, text=True)
    if done.returncode != 0:
        reason = ((done.stderr or "").strip() or "see above").splitlines()[-1]
        if done.returncode == 4:
            raise DataNotFoundError(f"{reason} Or run `autograder data`, which downloads it.")
        raise ConfigError(f"the images for grading are not usable: {reason}")
    return done.stdout.strip()
