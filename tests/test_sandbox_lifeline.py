"""A grader that is killed while it starts a sandbox leaves none behind."""

import os
import subprocess
import sys

import psutil
import pytest

START_AND_DIE = """
import os, pathlib, signal, sys, time
import jupyter_client.launcher as launcher
from autograder.kernel.kernel import Kernel
from autograder.limits import Limits

start = launcher.Popen

def start_and_die(*arguments, **settings):
    start(*arguments, **settings)
    time.sleep(float(sys.argv[1]))
    os.kill(os.getpid(), signal.SIGKILL)

launcher.Popen = start_and_die
Kernel(pathlib.Path(sys.argv[2]), None, Limits()).__enter__()
"""


def naming(folder):
    """Return the processes whose command names a folder."""
    every = psutil.process_iter(["cmdline"])
    return [p for p in every if any(str(folder) in word for word in p.info["cmdline"] or ())]


@pytest.mark.parametrize("after", [0, 1, 2, 4, 8, 100, 300], ids="{}ms".format)
def test_nothing_is_left_of_a_sandbox_whose_grader_died(tmp_path, after):
    files, scratch = tmp_path / "files", tmp_path / "scratch"
    files.mkdir()
    scratch.mkdir()
    command = [sys.executable, "-c", START_AND_DIE, str(after / 1000), str(files)]
    done = subprocess.run(command, env={**os.environ, "TMPDIR": str(scratch)}, stderr=subprocess.PIPE)
    assert done.returncode == -9, done.stderr
    assert list(scratch.glob("ag-*/s/alive"))  # it got as far as that
    _, alive = psutil.wait_procs(naming(scratch), timeout=20)
    assert not alive
    assert not naming(scratch)
