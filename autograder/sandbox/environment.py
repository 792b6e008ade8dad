"""The Python environment that a sandbox shows: the interpreter and its libraries, without this package.

A sandbox shows the site-packages of a virtual environment under a neutral path. Everything in it that belongs
to the `autograder` distribution is covered: the package itself if it was installed from a wheel, the path
file if it was installed editable, and the metadata that says where it came from.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from autograder.sandbox.mounts import Mount, ReadOnlyBind, Symlink

HIDDEN_DISTRIBUTION = "autograder"
VENV = Path("/env")  # where a sandbox shows the virtual environment


def in_venv() -> bool:
    """Tell whether this interpreter belongs to a virtual environment."""
    return sys.prefix != sys.base_prefix


def python_path() -> str:
    """Return the path of the interpreter in a sandbox."""
    return str(VENV / "bin/python") if in_venv() else str(Path(sys.executable).resolve())


def pyvenv_cfg() -> str:
    """Return the text of a pyvenv.cfg that does not say where this virtual environment is."""
    own = (Path(sys.prefix) / "pyvenv.cfg").read_text()
    pairs = (line.partition("=") for line in own.lower().splitlines())
    settings = {key.strip(): value.strip() for key, _, value in pairs}
    system = settings.get("include-system-site-packages", "false")
    home = Path(sys.executable).resolve().parent
    return f"home = {home}\ninclude-system-site-packages = {system}\n"


def python_mounts(empty_folder: str, config: str | None) -> list[Mount]:
    """Return what shows the interpreter and its libraries.

    Parameters
    ----------
    empty_folder : str
        An empty folder of this machine, which covers what is hidden.
    config : str or None
        The path of a file with `pyvenv_cfg()`, if there is a virtual environment.
    """
    base = str(Path(sys.base_prefix).resolve())
    mounts: list[Mount] = []
    if not Path(base).is_relative_to("/usr"):
        mounts.append(ReadOnlyBind(base, base))
    if config is not None:
        executable = str(Path(sys.executable).resolve())
        mounts += [ReadOnlyBind(config, str(VENV / "pyvenv.cfg"))]
        mounts += [Symlink(executable, str(VENV / "bin/python"))]
        mounts += [ReadOnlyBind(str(path), str(path_inside(path))) for path in site_packages()]
    for path in hidden_paths():
        mounts.append(ReadOnlyBind(empty_folder if path.is_dir() else os.devnull, str(path_inside(path))))
    return mounts


def site_packages() -> list[Path]:
    """Return the folders in which this environment installs packages, each once."""
    found = dict.fromkeys(Path(sysconfig.get_path(key)).resolve() for key in ("purelib", "platlib"))
    return [path for path in found if path.is_dir()]


def path_inside(path: Path) -> Path:
    """Return the path under which a sandbox shows a path of the environment."""
    prefix = Path(sys.prefix).resolve()
    if in_venv() and path.is_relative_to(prefix):
        return VENV / path.relative_to(prefix)
    return path


def hidden_paths() -> list[Path]:
    """Return every top-level file or folder that a distribution of this package installed."""
    found: dict[Path, None] = {}
    for distribution in metadata.distributions(name=HIDDEN_DISTRIBUTION):
        root = Path(str(distribution.locate_file(""))).resolve()
        if root.name not in ("site-packages", "dist-packages"):
            continue  # a source tree on the path, which a sandbox does not show at all
        for file in distribution.files or ():
            top = file.parts[0] if file.parts[0] != "__pycache__" else os.path.join(*file.parts[:2])
            if top != ".." and (root / top).exists():
                found[root / top] = None
    return list(found)
