"""The watchdog, on a sandbox that is only this process and what a test says of it."""

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from autograder.limits import MIB, Limits
from autograder.sandbox.watchdog import Watchdog, count_scratch_files, memory_of

# A process that shares 50 MiB with a child, whose number it prints
SHARE = """
import os, signal
block = bytes(range(256)) * (50 * 2**12)
child = os.fork()
if child:
    print(child, flush=True)
signal.pause()
"""


class FakeSandbox:
    """Some processes, whose root is a folder; `ended` is set when the watchdog ends it."""

    def __init__(self, processes, root="/no/such/root"):
        self.ended = threading.Event()
        self._processes, self._root = processes, root

    def processes(self):
        return self._processes

    def root(self):
        return self._root

    def end(self):
        self.ended.set()


@pytest.fixture
def watched():
    """Return a function that starts a watchdog with some limits on this process."""
    started = []

    def start(**limits):
        sandbox = FakeSandbox([psutil.Process()])
        watchdog = Watchdog(sandbox, Limits(**limits))
        started.append(watchdog)
        watchdog.start()
        return sandbox, watchdog

    yield start
    for watchdog in started:
        watchdog.stop()


def test_memory_over_the_limit_is_named(watched):
    sandbox, watchdog = watched(memory=1)
    assert sandbox.ended.wait(20)
    assert watchdog.exceeded == "it used more than 1 MiB of memory"


def test_threads_over_the_limit_are_named(watched):
    sandbox, watchdog = watched(processes=1)  # the test's thread and the watchdog
    assert sandbox.ended.wait(20)
    assert watchdog.exceeded == "it ran more than 1 processes and threads"


def test_open_files_over_the_limit_are_named(watched, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.watchdog.MAX_OPEN_FILES", 1)
    sandbox, watchdog = watched()
    assert sandbox.ended.wait(20)
    assert watchdog.exceeded == "it held more than 1 files and sockets open"


def test_the_peak_is_kept(watched):
    sandbox, watchdog = watched(memory=1)
    assert sandbox.ended.wait(20)
    assert watchdog.peak_memory > 2**20


def test_one_that_is_stopped_ends_nothing():
    sandbox = FakeSandbox([psutil.Process()])
    watchdog = Watchdog(sandbox, Limits(memory=1))
    watchdog.stop()
    watchdog.start()
    watchdog.join()
    assert not sandbox.ended.is_set()


def test_a_sandbox_that_has_ended_exceeds_nothing():
    gone = 2**22 + 1  # above the largest number of a process
    assert memory_of([gone], 0) == 0


def test_shared_memory_over_the_limit_is_measured_by_shares():
    with subprocess.Popen([sys.executable, "-c", SHARE], stdout=subprocess.PIPE, text=True) as parent:
        pids = [parent.pid, int(parent.stdout.readline())]
        by_share, in_full = memory_of(pids, 0), memory_of(pids, 2**50)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    assert in_full - by_share > 40 * MIB


def test_a_sandbox_that_is_still_being_made_has_no_files_of_its_own():
    assert count_scratch_files("/") == 0


def test_the_files_of_one_that_has_ended_cannot_be_counted():
    with pytest.raises(OSError, match="No such file"):
        count_scratch_files("/no/such/root")
