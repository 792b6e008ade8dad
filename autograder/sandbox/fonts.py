"""The list of the system's fonts, made once for a machine in place of once for a sandbox.

matplotlib reads every font at its first import, and keeps the list in its user's folder, which in a new
sandbox is empty: that costs a kernel 0.15 s with the few fonts of a server, and more with a desktop's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path

import platformdirs

MAKE = "import matplotlib.font_manager"
PATIENCE = 120  # seconds for a system with thousands of fonts


@cache
def font_list() -> Path | None:
    """Return the file that holds matplotlib's list, None where each sandbox is to make its own."""
    try:
        folder = platformdirs.user_cache_path("autograder") / "fonts" / metadata.version("matplotlib")
        return _kept(folder) or _make(folder)
    except (metadata.PackageNotFoundError, OSError, subprocess.SubprocessError):
        return None


def _kept(folder: Path) -> Path | None:
    return next(folder.glob("fontlist-*.json"), None)


def _make(folder: Path) -> Path | None:
    """Let matplotlib make its list for somebody whose home has no fonts: a sandbox sees none of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as home:
        variables = {"PATH": os.defpath, "HOME": home, "MPLCONFIGDIR": home}
        command = [sys.executable, "-c", MAKE]
        subprocess.run(command, env=variables, cwd=home, check=True, capture_output=True, timeout=PATIENCE)
        made = _kept(Path(home))
        return made.replace(folder / made.name) if made else None  # as a whole: others may be at it too
