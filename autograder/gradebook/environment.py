"""What nbgrader needs of the environment that its commands run in."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def path_with_scripts() -> str:
    """Return PATH with the folder of this Python's scripts first: nbgrader runs `alembic` by its name."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
