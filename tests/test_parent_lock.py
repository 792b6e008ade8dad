"""A grader that is killed while it starts a sandbox leaves none behind."""

import os
import subprocess
import sys

import psutil
import pytest

from autograder.sandbox import parent_lock

pytestmark = pytest.mark.thorough

# Kills its own process as soon as the sandbox has come to a stage
START_AND_DIE = """
import os, signal, subprocess, sys
import psutil
from autograder.limits import Limits
from autograder.sandbox.bubblewrap import find_bubblewrap
from autograder.sandbox.process import SandboxedProcess

find_bubblewrap()  # which runs bwrap too
stage = sys.argv[1]

def has_come(pid):
    if stage == "forked":
        return True
    if stage == "bwrap runs":
        return "bwrap" in psutil.Process(pid).name()
    family = psutil.Process(pid).children(recursive=True)
    if stage == "bwrap has a child":
        return len(family) > 0
    return len(family) > 1 and family[1].name().startswith("python")

class Popen(subprocess.Popen):
    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        while not has_come(self.pid):
            pass
        os.kill(os.getpid(), signal.SIGKILL)

with SandboxedProcess([], None, Limits()) as process:
    subprocess.Popen = Popen
    process.start([process.python, "-c", "import signal; signal.pause()", str(process.run)], {})
"""
STAGES = ["forked", "bwrap runs", "bwrap has a child", "the program runs"]


def naming(folder):
    """Return the processes whose command names a folder."""
    every = psutil.process_iter(["cmdline"])
    return [p for p in every if any(str(folder) in word for word in p.info["cmdline"] or ())]


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_left_of_a_sandbox_whose_grader_died(tmp_path, stage, attempt):
    command = [sys.executable, "-c", START_AND_DIE, stage]
    done = subprocess.run(command, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE)
    assert done.returncode == -9, done.stderr
    assert list(tmp_path.glob("ag-*/run/alive"))  # it has come so far
    _, alive = psutil.wait_procs(naming(tmp_path), timeout=20)
    assert not alive
    assert not naming(tmp_path)


def test_a_command_runs_while_the_lock_is_held(tmp_path):
    command = [*parent_lock.run_if_held(str(tmp_path / parent_lock.FILE_NAME)), "echo", "ran"]
    with parent_lock.held(tmp_path):
        assert subprocess.check_output(command) == b"ran\n"


def test_a_command_does_not_run_after_the_lock_was_released(tmp_path):
    command = [*parent_lock.run_if_held(str(tmp_path / parent_lock.FILE_NAME)), "echo", "ran"]
    with parent_lock.held(tmp_path):
        pass
    assert subprocess.check_output(command) == b""
