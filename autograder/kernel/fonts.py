"""The system's font list for matplotlib, made once for a machine instead of once for each sandbox.

matplotlib reads every font when it is first imported, and caches the list in its configuration folder, which
in a new sandbox is empty.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import platformdirs

WRITE_FONT_LIST = "import matplotlib.font_manager"
TIMEOUT_S = 120  # for a system with thousands of fonts


def font_list() -> Path | None:
    """Return the file that caches matplotlib's font list; None if it cannot be made.

    If it is not in the user's cache yet, matplotlib is run to write it.
    """
    try:
        folder = platformdirs.user_cache_path("autograder") / "fonts" / metadata.version("matplotlib")
        return _cached(folder) or _write(folder)
    except (metadata.PackageNotFoundError, OSError, subprocess.SubprocessError):
        return None


def _cached(folder: Path) -> Path | None:
    return next(folder.glob("fontlist-*.json"), None)


def _write(folder: Path) -> Path | None:
    """Run matplotlib with an empty home, since a sandbox shows no fonts of the user's own."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as home:
        variables = {"PATH": os.defpath, "HOME": home, "MPLCONFIGDIR": home}
        command = [sys.executable, "-c", WRITE_FONT_LIST]
        subprocess.run(command, env=variables, cwd=home, check=True, capture_output=True, timeout=TIMEOUT_S)
        made = _cached(Path(home))
        # Renamed as a whole, since other processes may be writing it too
        return made.replace(folder / made.name) if made else None
