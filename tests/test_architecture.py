"""The rooms of the package use each other in one direction, as ARCHITECTURE.md says."""

import ast
import json
import re
import subprocess
import sys

import pytest
from conftest import ROOT

# Each room may use those in the rows above its own, and nothing else of this package.
ROWS = [
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
    {"__main__"},
]
PACKAGE = ROOT / "autograder"
ORDER = {name: row for row, names in enumerate(ROWS) for name in names}
UNKNOWN = "a room that is only known when the code runs"
# Words that only an assignment's own checks and the demonstration may know
WORDS = {
    "dropout": r"dropout|cifar|keep probability|\b1 - p\b",
    "dropout's score": r"\b55 ?%|0\.55\b|\b(32|23) ?%",
    "layernorm": r"layer ?norm",
}
NAMED = re.compile(r"\bautograder[./]([a-z_]*)")
PATH_CALLS = ("Path", "PurePath", "joinpath", "join", "with_name", "glob", "rglob")


class Uses(ast.NodeVisitor):
    """The rooms that a module names: in imports at any depth, in strings, and in paths.

    Attributes
    ----------
    rooms : set of str
    """

    def __init__(self, package):
        self._package = package  # of the module, as a list: ["autograder", "kernel"]
        self.rooms = set()

    def visit_Import(self, node):
        for alias in node.names:
            self._module(alias.name)

    def visit_ImportFrom(self, node):
        above = self._package[: len(self._package) - node.level + 1] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            self._module(f"{module}.{alias.name}")

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.rooms |= {name if name in ORDER else UNKNOWN for name in NAMED.findall(node.value)}
            self._folder(node, inside="/")

    def visit_BinOp(self, node):
        if isinstance(node.op, ast.Div):
            self._folder(node.left)
            self._folder(node.right)
        self.generic_visit(node)

    def visit_Call(self, node):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in PATH_CALLS:
            for argument in node.args:
                self._folder(argument)
        self.generic_visit(node)

    def visit_FunctionDef(self, node):
        if node.name == "__getattr__" and node.col_offset == 0:
            self.rooms.add(UNKNOWN)
        self.generic_visit(node)

    def _module(self, name):
        """Note the room of a dotted module name; `import autograder` alone gives access to every room."""
        first, _, rest = name.partition(".")
        if first == "autograder":
            room = rest.split(".")[0]
            self.rooms.add(room if room in ORDER else UNKNOWN)

    def _folder(self, node, inside=""):
        """Note the room of a path below the package, if a string is one: its first part has a room's name."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and inside in node.value:
            self.rooms |= {node.value.split("/")[0].removesuffix(".py")} & set(ORDER)


def uses(text, package="autograder"):
    found = Uses(package.split("."))
    found.visit(ast.parse(text))
    return found.rooms


def name_of(path):
    return str(path.relative_to(ROOT))


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "answers" not in path.parts)
CHECKS = [path for path in MODULES if path.is_relative_to(PACKAGE / "checks")]
TEXTS = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".html", ".css", ".toml"))
OWN_WORDS = [PACKAGE / "demo", *(path for path in (PACKAGE / "checks").iterdir() if path.is_dir())]
SHARED = [path for path in TEXTS if not any(path.is_relative_to(folder) for folder in OWN_WORDS)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_uses_the_rooms_above_it_alone(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    package = ".".join(path.relative_to(ROOT).parent.parts)
    used = uses(path.read_text(), package) - {own}
    row = ORDER.get(own, 0)  # autograder/__init__.py uses no room
    assert [room for room in sorted(used) if ORDER.get(room, len(ROWS)) >= row] == []


@pytest.mark.parametrize(
    "text",
    [
        "from autograder.cli import main",
        "def late():\n    import autograder.cli as commands",
        "from autograder import cli",
        "from .. import cli",
        "from ..cli import main",
        "import_module('autograder.cli')",
        "files('autograder.cli')",
        "command = [python, '-m', 'autograder.cli']",
        "path = PACKAGE / 'cli' / 'main.py'",
        "path = folder.parent / 'cli.py'",
        "files(__package__).joinpath('cli', 'main.py')",
        "open(root + 'cli/main.py')",
    ],
)
def test_a_use_of_a_room_is_seen(text):
    assert uses(text, "autograder.kernel") == {"cli"}


@pytest.mark.parametrize(
    "text",
    [
        "import autograder",
        "from autograder import __path__",
        "import_module(f'autograder.{room}')",
        "import_module('autograder.' + room)",
        "def __getattr__(name):\n    return load(name)",
    ],
)
def test_a_use_of_a_room_that_cannot_be_known_is_seen(text):
    assert uses(text) == {UNKNOWN}


@pytest.mark.parametrize("path", SHARED, ids=name_of)
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_no_shared_file_knows_an_assignment(words, path):
    found = re.compile(words, re.IGNORECASE)
    assert [line for line in [path.name, *path.read_text().splitlines()] if found.search(line)] == []


def test_every_assignment_has_words():
    folders = [path.name for path in OWN_WORDS if (path / "misconceptions.toml").is_file()]
    assert [name for name in folders if not any(re.search(words, name) for words in WORDS.values())] == []


@pytest.mark.parametrize("path", CHECKS, ids=name_of)
def test_no_check_reads_a_solution(path):
    text = path.read_text()
    assert not re.search(
        r"^\s*(from|import) (nndl|solutions)\b|[\"'/](solutions|release)\b[\"'/]", text, re.MULTILINE
    )


@pytest.mark.parametrize("path", sorted((ROOT / "source").rglob("*.py")), ids=name_of)
def test_no_file_of_an_assignment_uses_the_grader(path):
    assert not uses(path.read_text())


@pytest.mark.parametrize("path", sorted((ROOT / "source").rglob("*.ipynb")), ids=name_of)
def test_no_cell_of_an_assignment_uses_the_grader(path):
    cells = json.loads(path.read_text())["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    assert [line for line in code if "autograder" in line] == []


def test_the_agent_uses_nothing_of_the_package():
    assert not uses((PACKAGE / "kernel" / "agent.py").read_text())


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'nbformat', 'pytest', 'zmq', 'rich', 'nbgrader') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
