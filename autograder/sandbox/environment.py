"""The Python that a sandbox sees: the interpreter and its libraries, without this package.

The site-packages of a virtual environment is shown under a neutral path, and whatever belongs
to the `autograder` distribution in it is covered: the package itself where it was installed from a
wheel, the path file where it was installed editable, and the metadata that tells where it came from.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

HIDDEN = "autograder"
SYSTEM_DIRS = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
VENV = Path("/env")


def system_binds() -> list[str]:
    """Return bwrap arguments that show the operating system's programs and libraries."""
    args = ["--ro-bind", "/usr", "/usr"]
    for name in ("/etc/ld.so.cache", "/etc/fonts"):
        args += ["--ro-bind-try", name, name]
    for name in SYSTEM_DIRS:
        if os.path.islink(name):
            args += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            args += ["--ro-bind", name, name]
    return args


def python_binds(private: Path) -> list[str]:
    """Return bwrap arguments that show the interpreter and its libraries.

    Parameters
    ----------
    private : Path
        A folder of the trusted side's, where an empty folder and a pyvenv.cfg are made.
    """
    base = Path(sys.base_prefix).resolve()
    args = [] if base.is_relative_to("/usr") else ["--ro-bind", str(base), str(base)]
    if in_venv():
        args += _venv_binds(private)
    empty = private / "empty"
    empty.mkdir(exist_ok=True)
    for path in hidden_paths():
        args += ["--ro-bind", str(empty) if path.is_dir() else os.devnull, str(inside(path))]
    return args


def python_command() -> str:
    """Return the path of the interpreter inside the sandbox."""
    return str(VENV / "bin/python") if in_venv() else str(Path(sys.executable).resolve())


def in_venv() -> bool:
    return sys.prefix != sys.base_prefix


def _venv_binds(private: Path) -> list[str]:
    executable = Path(sys.executable).resolve()
    config = private / "pyvenv.cfg"
    own = (Path(sys.prefix) / "pyvenv.cfg").read_text().lower()
    system = "true" if "include-system-site-packages = true" in own else "false"
    config.write_text(f"home = {executable.parent}\ninclude-system-site-packages = {system}\n")
    args = ["--ro-bind", str(config), str(VENV / "pyvenv.cfg")]
    args += ["--symlink", str(executable), str(VENV / "bin/python")]
    for path in site_packages():
        args += ["--ro-bind", str(path), str(inside(path))]
    return args


def site_packages() -> list[Path]:
    """Return the folders that this environment installs packages in, without repeats."""
    found = dict.fromkeys(Path(sysconfig.get_path(key)).resolve() for key in ("purelib", "platlib"))
    return [path for path in found if path.is_dir()]


def inside(path: Path) -> Path:
    """Return where the sandbox sees a path of the environment."""
    prefix = Path(sys.prefix).resolve()
    if in_venv() and path.is_relative_to(prefix):
        return VENV / path.relative_to(prefix)
    return path


def hidden_paths() -> list[Path]:
    """Return every top-level file or folder of this package's distributions on the path."""
    found: dict[Path, None] = {}
    for distribution in metadata.distributions(name=HIDDEN):
        root = Path(str(distribution.locate_file(""))).resolve()
        if root.name not in ("site-packages", "dist-packages"):
            continue  # a source tree on the path, which is not shown at all
        for file in distribution.files or ():
            top = file.parts[0] if file.parts[0] != "__pycache__" else os.path.join(*file.parts[:2])
            if top != ".." and (root / top).exists():
                found[root / top] = None
    return list(found)
