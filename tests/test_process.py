"""A sandboxed process: what bounds it, and what is left of it after its end."""

import os
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from autograder.limits import Limits
from autograder.sandbox.mounts import ReadOnlyBind
from autograder.sandbox.process import SandboxedProcess

LIMITS = Limits(memory=600, disk=64, processes=100)
READY = "import os; open(os.path.join({run!r}, 'ready'), 'w').close(); import signal\n"
FORK = """
import os, signal
for _ in range({count}):
    if os.fork() == 0:
        os.setsid()
        {work}
        signal.pause()
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="RLIMIT_NPROC bounds an ordinary user first")
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="RLIMIT_NPROC does not bind root")


@pytest.fixture
def scratch(monkeypatch):
    """The folder of temporary files, for this test alone; its short name leaves room for a socket's."""
    with tempfile.TemporaryDirectory(prefix="h-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def process():
    with SandboxedProcess([], None, LIMITS) as process:
        yield process


def run(process, source, timeout_s=30):
    """Run Python source until its end, and return its exit code."""
    process.start([process.python, "-c", source], {})
    assert process.wait(timeout_s)
    return process.exit_code


def start_and_await(process, source):
    """Start Python source, and wait until it has written the file `ready` into the run folder."""
    process.start([process.python, "-c", source], {})
    ready, deadline = f"{process.run}/ready", time.monotonic() + 30
    while process.alive and time.monotonic() < deadline:
        try:
            if os.path.exists(process.root() + ready):
                return
        except FileNotFoundError:
            continue
    raise AssertionError(f"it is not ready; exit code: {process.exit_code}")


def test_its_exit_code_is_known(process):
    assert run(process, "raise SystemExit(7)") == 7
    assert not process.alive


def test_one_that_was_not_started_is_not_alive(process):
    assert (process.alive, process.exit_code, process.processes()) == (False, None, [])


def test_its_variables_are_its_own_and_those_given(process):
    source = "import os; raise SystemExit(os.environ['WORD'] != 'x' or os.environ['HOME'] != os.getcwd())"
    process.start([process.python, "-c", source], {"WORD": "x"})
    assert process.wait(30)
    assert process.exit_code == 0


def test_shared_files_are_in_the_working_folder(tmp_path):
    (tmp_path / "one").write_text("1")
    with SandboxedProcess([ReadOnlyBind(str(tmp_path / "one"), "two")], None, LIMITS) as process:
        assert run(process, "raise SystemExit(open('two').read() != '1')") == 0


def test_files_of_the_run_folder_are_read_only_inside(process):
    (process.run / "note").write_text("1")
    source = f"import os; raise SystemExit(os.access({str(process.run / 'note')!r}, os.W_OK))"
    assert run(process, source) == 0


def test_the_run_folder_can_be_written_and_is_not_this_machines(process):
    assert run(process, f"open({str(process.run / 'new')!r}, 'w').write('x')") == 0
    assert not (process.run / "new").exists()


def test_its_files_are_reached_through_its_root(process):
    source = READY.format(run=str(process.run)) + "signal.pause()"
    start_and_await(process, source)
    assert os.listdir(f"{process.root()}/tmp/work") == []


def test_an_interrupt_reaches_the_program(process):
    # Blocked, so that an interrupt that comes before the wait is not lost
    block = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\n"
    wait = "signal.sigwait([signal.SIGINT]); os._exit(5)"
    source = block + READY.format(run=str(process.run)) + wait
    start_and_await(process, source)
    process.interrupt()
    assert process.wait(30)
    assert process.exit_code == 5


def test_memory_over_the_limit_ends_it(process):
    source = FORK.format(count=5, work="block = b'x' * (200 * 2**20)") + "signal.pause()"
    run(process, source)
    assert process.exceeded == "it used more than 600 MiB of memory"


@only_root
def test_processes_over_the_limit_end_it(process):
    run(process, FORK.format(count=150, work="pass") + "signal.pause()")
    assert process.exceeded == "it ran more than 100 processes and threads"


@not_root
def test_processes_over_the_limit_cannot_be_made(process):
    source = FORK.format(count=150, work="pass")
    assert (
        run(
            process, f"try:\n{source.replace(chr(10), chr(10) + '    ')}\nexcept OSError: raise SystemExit(4)"
        )
        == 4
    )


def test_its_end_takes_every_process_along(process):
    source = FORK.format(count=10, work="pass") + READY.format(run=str(process.run)) + "signal.pause()"
    start_and_await(process, source)
    inside = process.processes()
    process.end()
    assert len(inside) >= 13
    assert not any(psutil.pid_exists(each.pid) for each in inside)


def test_its_end_removes_its_folder(scratch):
    with SandboxedProcess([], None, LIMITS) as process:
        process.start([process.python, "-c", "import signal; signal.pause()"], {})
        assert list(scratch.iterdir())
    assert not list(scratch.iterdir())


def test_ending_it_again_does_nothing(process):
    run(process, "pass")
    process.end()
    process.end()
    assert process.exit_code == 0
