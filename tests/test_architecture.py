"""Imports inside the package point one way, as ARCHITECTURE.md draws them."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

# Each module may import those in the rows above its own, and nothing else of this package.
LAYERS = [
    {"errors", "startup"},
    {"results", "limits"},
    {"course", "scoring"},
    {"submission", "sandbox"},
    {"kernel"},
    {"checking"},
    {"checks"},
    {"grading"},
    {"feedback"},
    {"gradebook"},
    {"demo", "default_assignment"},
    {"cli"},
]
PACKAGE = ROOT / "autograder"
ORDER = {name: i for i, row in enumerate(LAYERS) for name in row}


def imports(path):
    """Return the modules of this package that a file imports, whatever function they are imported in."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("autograder")}
    return found


def module_of(name):
    """Return the row's name of a dotted module: its second part; the limits are plain settings."""
    if name == "autograder.limits":
        return "limits"
    return name.split(".")[1] if "." in name else name


FILES = [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or not path.name.startswith("__")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for name in map(module_of, imports(path)):
        if name == own:
            continue
        assert ORDER[name] < ORDER[own], f"{own} imports {name}"


def test_nothing_under_source_imports_the_grader():
    for path in (ROOT / "source").rglob("*.py"):
        assert not imports(path), path


def test_the_agent_imports_nothing_of_the_package():
    assert not imports(PACKAGE / "kernel" / "agent.py")


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'nbformat', 'pytest', 'zmq', 'rich', 'nbgrader') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
