"""The rooms of the package use each other in one direction, as ARCHITECTURE.md says."""

import ast
import re
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


# What only an assignment's own checks and the demonstration may know
WORDS = re.compile(r"cifar|dropout|layer ?norm|\b55 ?%|0\.55\b|\b(32|23) ?%|1 - p\b", re.IGNORECASE)
MODULE = re.compile(r"\bautograder[./](\w+)")


def imports(tree):
    """Return the modules of this package that code imports, whatever function they are imported in."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("autograder")}
    return found


def named_in_strings(tree):
    """Return the rooms that code names in a string: a module's dotted name, or a folder below a path."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(MODULE.findall(node.value))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [part.value for part in (node.left, node.right) if isinstance(part, ast.Constant)]
            found |= {part for part in parts if isinstance(part, str)}
    return found & set(ORDER)


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


FILES = [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or not path.name.startswith("__")]
SHARED = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".html", ".css")]
SHARED = [path for path in SHARED if path.relative_to(PACKAGE).parts[0] != "demo"]
SHARED = [path for path in SHARED if path.parent.parent != PACKAGE / "checks"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_uses_the_rooms_above_it_alone(path):
    tree = ast.parse(path.read_text())
    used = {name.split(".")[1] for name in imports(tree) if "." in name} | named_in_strings(tree)
    own = room_of(path)
    assert [name for name in sorted(used - {own}) if ORDER[name] >= ORDER[own]] == []


@pytest.mark.parametrize(
    "text",
    ["from autograder.cli import main", "name = 'autograder.cli'", "path = PACKAGE / 'demo'"],
    ids=["import", "dotted name", "folder"],
)
def test_a_use_of_another_room_is_seen(text):
    tree = ast.parse(text)
    assert {name.split(".")[1] for name in imports(tree)} | named_in_strings(tree)


@pytest.mark.parametrize("path", SHARED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_shared_file_knows_an_assignment(path):
    assert [line for line in path.read_text().splitlines() if WORDS.search(line)] == []


def test_nothing_under_source_imports_the_grader():
    for path in (ROOT / "source").rglob("*.py"):
        assert not imports(ast.parse(path.read_text())), path


def test_the_agent_imports_nothing_of_the_package():
    assert not imports(ast.parse((PACKAGE / "kernel" / "agent.py").read_text()))


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'nbformat', 'pytest', 'zmq', 'rich', 'nbgrader') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
