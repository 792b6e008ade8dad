"""Starting a kernel: what it finds inside, and what is left if it does not start."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from kernels import printed

from autograder.errors import SandboxError
from autograder.kernel.fonts import font_list
from autograder.kernel.launch import start_kernel
from autograder.limits import Limits
from autograder.sandbox.process import SharedData

pytestmark = pytest.mark.kernel

FONT_LIST_INSIDE = """
import os
folder = os.environ["MPLCONFIGDIR"]
before = os.listdir(folder)
import matplotlib.pyplot as plt
plt.plot([1, 2])
print(os.listdir(folder) == before, len(before))
"""
START_AND_WAIT = """
import pathlib, signal, sys
from autograder.kernel.launch import start_kernel
from autograder.limits import Limits
kernel = start_kernel(pathlib.Path(sys.argv[1]), None, Limits(), sandboxed=False)
print(kernel.process.processes()[0].pid, flush=True)
signal.pause()
"""


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "lesson.py").write_text("value = 3\n")
    return folder


@pytest.fixture
def scratch(monkeypatch):
    """The folder of temporary files, for this test alone; its short name leaves room for a socket's."""
    with tempfile.TemporaryDirectory(prefix="h-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def naming(folder):
    """Return the processes whose command names a folder."""
    every = psutil.process_iter(["cmdline"])
    return [p for p in every if any(str(folder) in word for word in p.info["cmdline"] or ())]


def test_a_kernel_finds_the_files_and_the_data(files, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table").write_text("4")
    source = "import lesson, os; print(lesson.value, open(os.environ['TABLES'] + '/table').read())"
    with start_kernel(files, SharedData(tmp_path / "data", "TABLES"), Limits()) as kernel:
        assert printed(kernel, source) == "3 4\n"


def test_without_a_sandbox_it_finds_the_same(files, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table").write_text("4")
    source = "import lesson, os; print(lesson.value, open(os.environ['TABLES'] + '/table').read())"
    with start_kernel(files, SharedData(tmp_path / "data", "TABLES"), Limits(), sandboxed=False) as kernel:
        assert printed(kernel, source) == "3 4\n"


def test_the_font_list_is_there_and_matplotlib_uses_it(files):
    with start_kernel(files, None, Limits()) as kernel:
        assert printed(kernel, FONT_LIST_INSIDE, 30) == "True 1\n"


def test_the_font_list_cannot_be_changed_inside(files):
    source = "import glob, os; print([os.access(p, os.W_OK) for p in glob.glob('.matplotlib/*.json')])"
    with start_kernel(files, None, Limits()) as kernel:
        assert printed(kernel, source) == "[False]\n"


def test_a_font_cache_that_cannot_be_written_stops_nothing(files, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert font_list() is None
    with start_kernel(files, None, Limits()) as kernel:
        assert printed(kernel, "import matplotlib.pyplot; print('done')", 30) == "done\n"


def test_a_kernel_that_is_late_is_an_internal_error(files):
    with pytest.raises(SandboxError, match="the kernel did not start within 0 s"):
        start_kernel(files, None, Limits(start=0))


@pytest.mark.parametrize("attempt", range(5))
def test_nothing_is_left_of_a_kernel_that_is_late(files, scratch, attempt):
    with pytest.raises(SandboxError):
        start_kernel(files, None, Limits(start=0))
    assert not naming(scratch)
    assert not list(scratch.iterdir())


def test_a_path_too_long_for_sockets_says_what_to_do(files, tmp_path, monkeypatch):
    (folder := tmp_path / ("x" * 60)).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(SandboxError, match="too long for a socket; set TMPDIR"):
        start_kernel(files, None, Limits())


def test_a_kernel_without_a_sandbox_ends_with_its_grader(files, scratch):
    environment = {**os.environ, "TMPDIR": str(scratch)}
    command = [sys.executable, "-c", START_AND_WAIT, str(files)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as grader:
        kernel = psutil.Process(int(grader.stdout.readline()))
        grader.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs([kernel], timeout=20)
    assert not alive


def test_without_a_sandbox_it_runs_in_a_private_folder(files, scratch):
    with start_kernel(files, None, Limits(), sandboxed=False) as kernel:
        folder = Path(printed(kernel, "import os; print(os.getcwd())").strip())
        assert folder.is_relative_to(scratch)
    assert not folder.exists()
