"""The command line of a sandbox follows from paths that need not exist, and nothing is read or run."""

from pathlib import Path

import pytest

from autograder.limits import MIB, Limits
from autograder.sandbox.command import Layout, base_variables, isolation, process_limits, sandbox_command
from autograder.sandbox.mounts import ReadOnlyBind, Symlink

LAYOUT = Layout(
    system=(ReadOnlyBind("/usr", "/usr"), Symlink("usr/lib", "/lib")),
    proc=(ReadOnlyBind("/no/empty", "/proc/sys"),),
    shared=(ReadOnlyBind("/no/lesson.py", "/tmp/work/lesson.py"),),
    run=Path("/no/run"),
    run_files=(ReadOnlyBind("/no/run/alive", "/no/run/alive"),),
)


@pytest.fixture
def command():
    variables, program = {"WORD": "a b"}, ["python", "-c", "pass"]
    return sandbox_command("/no/bwrap", Path("/no/filter"), LAYOUT, variables, Limits(disk=64), program)


def position(command, *words):
    """Return where some words follow each other in the command; fail if they do not."""
    found = [i for i in range(len(command)) if tuple(command[i : i + len(words)]) == words]
    assert found, words
    return found[0]


def test_it_has_no_network_and_no_rights(command):
    assert {"--unshare-all", "--disable-userns", "--clearenv", "--die-with-parent"} <= set(command)
    assert position(command, "--cap-drop", "ALL")


def test_the_filter_is_opened_for_bwrap(command):
    assert command[:4] == ["sh", "-c", 'exec 9<"$0" && exec "$@"', "/no/filter"]
    assert position(command, "--seccomp", "9")


def test_without_a_filter_bwrap_is_called_itself():
    assert isolation("/no/bwrap", None)[0] == "/no/bwrap"


def test_the_system_is_shown(command):
    assert position(command, "--ro-bind", "/usr", "/usr")
    assert position(command, "--symlink", "usr/lib", "/lib")


def test_proc_is_covered_after_it_is_mounted(command):
    mounted, covered = (
        position(command, "--proc", "/proc"),
        position(command, "--ro-bind", "/no/empty", "/proc/sys"),
    )
    assert mounted < covered


def test_shared_files_come_after_the_folder_that_they_are_in(command):
    folder = position(command, "--size", str(64 * MIB), "--tmpfs", "/tmp")
    assert folder < position(command, "--ro-bind", "/no/lesson.py", "/tmp/work/lesson.py")


def test_the_run_folder_is_in_memory_and_its_files_are_read_only(command):
    folder = position(command, "--tmpfs", "/no/run")
    assert folder < position(command, "--ro-bind", "/no/run/alive", "/no/run/alive")


def test_the_root_becomes_read_only_last(command):
    last = max(i for i, word in enumerate(command) if word in ("--ro-bind", "--tmpfs", "--symlink", "--dir"))
    assert position(command, "--remount-ro", "/") > last


def test_variables_are_set_inside(command):
    assert position(command, "--setenv", "WORD", "a b")


def test_the_program_comes_last_behind_the_lock_and_its_limits(command):
    behind = command[command.index("--") + 1 :]
    assert behind[3] == "/no/run/alive"
    assert behind[4] == "prlimit"
    assert behind[-3:] == ["python", "-c", "pass"]


def test_an_optional_file_may_be_missing():
    assert ReadOnlyBind("/a", "/b", optional=True).arguments() == ["--ro-bind-try", "/a", "/b"]


def test_a_process_may_map_twice_the_memory():
    assert f"--as={2 * 100 * MIB}" in process_limits(Limits(memory=100))


def test_the_environment_does_not_depend_on_the_graders(monkeypatch):
    monkeypatch.setenv("PATH", "/mine")
    assert base_variables("/home", 3)["PATH"] == "/usr/bin:/bin"


def test_the_threads_of_each_library_are_set():
    variables = base_variables("/home", 3)
    assert {name: value for name, value in variables.items() if name.endswith("_THREADS")} == {
        "OPENBLAS_NUM_THREADS": "3",
        "OMP_NUM_THREADS": "3",
        "MKL_NUM_THREADS": "3",
    }
