"""The Python environment in a sandbox: a neutral path, and nothing of this package."""

import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.sandbox import environment
from autograder.sandbox.mounts import ReadOnlyBind


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A virtual environment, as far as this module looks at it."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / "lib/site-packages").mkdir(parents=True)
    return tmp_path


def test_paths_of_the_environment_are_shown_under_a_neutral_one(venv):
    assert environment.path_inside(venv / "lib/site-packages") == Path("/env/lib/site-packages")


def test_other_paths_stay_as_they_are(venv):
    assert environment.path_inside(Path("/usr/lib/python3")) == Path("/usr/lib/python3")


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("include-system-site-packages = true", "true"),
        ("include-system-site-packages=TRUE", "true"),
        ("", "false"),
    ],
    ids=["true", "no_spaces", "not_set"],
)
def test_whether_system_packages_are_shown_is_kept(venv, line, setting):
    (venv / "pyvenv.cfg").write_text(f"home = /usr/bin\n{line}\nversion = 3.11\n")
    assert f"include-system-site-packages = {setting}\n" in environment.pyvenv_cfg()


@pytest.mark.parametrize("name", ["autograder", "autograder-1.0.dist-info", "_editable_autograder.pth"])
def test_everything_that_this_package_installed_is_covered(venv, monkeypatch, name):
    site = venv / "lib/site-packages"
    (site / name).mkdir()
    files = [Path(name) / "file", Path("../../bin/autograder")]
    distribution = SimpleNamespace(files=files, locate_file=lambda path: site / path)
    monkeypatch.setattr(metadata, "distributions", lambda name: [distribution])
    assert ReadOnlyBind("/empty", f"/env/lib/site-packages/{name}") in environment.python_mounts(
        "/empty", None
    )


def test_a_source_tree_on_the_path_is_not_shown_and_not_covered(venv, monkeypatch):
    distribution = SimpleNamespace(files=[Path("autograder/cli.py")], locate_file=lambda path: venv / path)
    monkeypatch.setattr(metadata, "distributions", lambda name: [distribution])
    assert environment.hidden_paths() == []
