"""What the sandbox is built of, without a kernel in it: bwrap, control groups, system calls, the watchdog."""

from types import SimpleNamespace

import pytest

from autograder.errors import SandboxError
from autograder.limits import Limits
from autograder.sandbox import bwrap, cgroup, seccomp
from autograder.sandbox.probe import probe
from autograder.sandbox.watchdog import Watchdog

LIMITS = Limits(memory=600, disk=64, processes=100)


def test_the_probe_says_what_is_in_force():
    assert probe(Limits()).summary.startswith("sandbox: bubblewrap")


def test_without_a_working_bwrap_there_is_a_remedy(monkeypatch):
    monkeypatch.setattr(bwrap, "candidates", list)
    bwrap.find_bubblewrap.cache_clear()
    with pytest.raises(SandboxError, match="no bwrap was found.*apt install bubblewrap.*--no-sandbox"):
        bwrap.find_bubblewrap()
    bwrap.find_bubblewrap.cache_clear()


def test_a_bwrap_that_is_refused_is_quoted(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo bubblewrap 0.9.0 && exit\necho 'no namespaces' >&2; exit 1\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(bwrap, "candidates", lambda: [str(fake)])
    bwrap.find_bubblewrap.cache_clear()
    with pytest.raises(SandboxError, match="cannot make a sandbox here: no namespaces"):
        bwrap.find_bubblewrap()
    bwrap.find_bubblewrap.cache_clear()


@pytest.fixture
def groups(tmp_path):
    """A tree of control groups as a service has it that delegates: the grader's own is below."""
    (tmp_path / "service" / "grader").mkdir(parents=True)
    (tmp_path / "service/cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "service/grader/cgroup.subtree_control").write_text("\n")
    (tmp_path / "own").write_text("1:name=systemd:/\n0::/service/grader\n")
    return tmp_path


def test_a_delegated_control_group_is_found(groups):
    assert cgroup.delegated(groups, groups / "own") == groups / "service"


@pytest.mark.parametrize("controllers", ["", "cpu memory", "pids"])
def test_a_group_without_its_controllers_is_none(groups, controllers):
    (groups / "service/cgroup.subtree_control").write_text(controllers)
    assert cgroup.delegated(groups, groups / "own") is None


def test_a_control_group_bounds_memory_and_processes(groups):
    with cgroup.group_for(LIMITS, "one", groups / "service") as entry:
        assert entry[-1] == str(groups / "service/one/cgroup.procs")
        assert int((groups / "service/one/memory.max").read_text()) == (600 + 64) * 2**20
        assert (groups / "service/one/pids.max").read_text() == "100"
        for path in (groups / "service/one").iterdir():
            path.unlink()  # which the files of a real group do by themselves
    assert not (groups / "service/one").exists()


def test_without_delegation_no_group_is_entered():
    with cgroup.group_for(LIMITS, "one", None) as entry:
        assert entry == []


def test_an_unknown_architecture_has_no_filter():
    assert seccomp.program("vax") == b""
    assert len(seccomp.program("x86_64")) == len(seccomp.program("aarch64"))


def test_a_sandbox_that_is_still_being_made_has_no_files_of_its_own():
    slow = SimpleNamespace(root=lambda: "/", processes=list, end=lambda: None)
    assert Watchdog(slow, LIMITS)._files() == 0
