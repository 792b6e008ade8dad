"""The package declares what it imports, and ships what it needs."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from conftest import ROOT

import autograder

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = ("autograder", "utils", "nndl")  # of this repository; the last two are the assignment's
OPTIONAL = {"torch"}  # a second opinion, compared with where it is installed


def distributions(requirements):
    """Return the names of the packages required, as package indexes write them."""
    return {re.match(r"[\w.-]+", text)[0].lower().replace("_", "-") for text in requirements}


def imported(paths):
    """Return the top-level names of what files import from outside the standard library and their folder."""
    found = set()
    for path in paths:
        siblings = {other.stem for other in [*path.parent.iterdir(), *(ROOT / "tests").iterdir()]}
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            found |= {name.split(".")[0] for name in names} - siblings
    return found - set(OWN) - sys.stdlib_module_names


def packages(names):
    """Return the packages that names are imported from."""
    known = packages_distributions()
    return {known[name][0].lower().replace("_", "-") for name in names}


@pytest.mark.parametrize("folder", ["autograder", "source/dropout"])
def test_every_import_is_a_declared_dependency(folder):
    paths = [path for path in (ROOT / folder).rglob("*.py") if path.parent.name != "answers"]
    assert packages(imported(paths)) - distributions(PROJECT["dependencies"]) == set()


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "tools"])
def test_every_import_of_a_developer_is_a_declared_dependency(folder):
    declared = distributions([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    paths = [*(ROOT / folder).glob("*.py"), *(ROOT / folder / "browser").glob("*.py")]
    assert packages(imported(paths) - OPTIONAL) - declared == set()


def test_the_changelog_has_an_entry_for_this_version():
    entry = rf"^## {re.escape(autograder.__version__)} \(\d{{4}}-\d\d-\d\d\)$"
    assert re.search(entry, (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_package_has_types():
    assert (ROOT / "autograder/py.typed").is_file()
