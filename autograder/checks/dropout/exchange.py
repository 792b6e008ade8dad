"""Data for a second sitting: validation images that the notebook cannot have learnt from."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.checks.dropout.images import Data


@dataclass(frozen=True)
class ExchangedData:
    """Prepared data as a sandbox is given it; see `PreparedData`."""

    name: str
    visible: Path
    variable: str


@contextmanager
def exchanged_validation(data: Data, rng: np.random.Generator) -> Iterator[ExchangedData]:
    """Make a folder like `data.visible` whose X_val and y_val are as many held-out images.

    It stands beside the other and shares its files, and is removed at the end.
    """
    exam = data.exam
    rows = np.sort(rng.choice(len(exam.y_held_out), len(exam.y_val), replace=False))
    replaced = {"X_val": exam.X_held_out[rows], "y_val": exam.y_held_out[rows]}
    with tempfile.TemporaryDirectory(prefix=".exchanged-", dir=data.folder) as folder:
        visible = Path(folder) / "visible"
        visible.mkdir()
        for path in data.visible.iterdir():
            if path.stem not in replaced:
                _share(path, visible / path.name)
        for name, array in replaced.items():
            np.save(visible / f"{name}.npy", array)
        for path in (Path(folder), visible):
            path.chmod(0o755)  # an account without a sandbox reads it, too
        yield ExchangedData(data.name, visible, data.variable)


def _share(source: Path, target: Path) -> None:
    """Make another name of a file; copy it on a file system that has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
