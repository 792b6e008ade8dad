"""The attacks again, with the grader run by an ordinary user: the sandbox may need no rights."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.kernel

USER = "autograder-test"
SUITE = (
    "test_sandbox.py",
    "test_process.py",
    "test_launch.py",
    "test_kernel.py",
    "test_parent_lock.py",
    "test_bubblewrap.py",
    "test_private_files.py",
    "test_mounts.py",
    "test_probe.py",
    "test_watchdog.py",
    "test_hostile_code.py",
    "test_hostile_kernel.py",
)


@pytest.fixture
def user():
    """An account made for this test, with a home of its own."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("useradd", "userdel", "setpriv", "unshare"))):
        pytest.skip("only root can make a user")
    subprocess.run(["useradd", "--create-home", "--user-group", USER], check=True)
    yield Path("/home") / USER
    subprocess.run(["userdel", "--remove", USER], check=True, capture_output=True)


@pytest.mark.slow
def test_the_attacks_fail_for_an_ordinary_user_too(user):
    tests = [str(ROOT / "tests" / name) for name in SUITE]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *tests]
    variables = {
        "HOME": str(user),
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(user / "hypothesis"),
    }
    script = ["unshare", "--mount", "sh", str(ROOT / "tests/as_user.sh"), USER]
    folders = [sys.base_prefix, sys.prefix, str(ROOT)]
    done = subprocess.run(
        [*script, *folders, "--", *command], env=variables, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
