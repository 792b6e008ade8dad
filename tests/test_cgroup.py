"""Control groups, with folders in place of the system's own."""

import pytest

from autograder.limits import MIB, Limits
from autograder.sandbox.cgroup import delegated_group, limited_group

LIMITS = Limits(memory=600, disk=64, processes=100)


@pytest.fixture
def groups(tmp_path):
    """The groups of a service that delegates its own; the grader's is below it."""
    (tmp_path / "service" / "grader").mkdir(parents=True)
    (tmp_path / "service/cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "service/grader/cgroup.subtree_control").write_text("\n")
    (tmp_path / "own").write_text("1:name=systemd:/\n0::/service/grader\n")
    return tmp_path


@pytest.fixture
def group(groups):
    """A group for one sandbox, and the command that enters it; files of the system's are removed at the end."""
    folder = groups / "service/one"
    with limited_group(LIMITS, "one", groups / "service") as prefix:
        yield folder, prefix
        for path in folder.iterdir():
            path.unlink()  # as the system does


def test_the_parent_of_the_own_group_is_found(groups):
    assert delegated_group(groups, groups / "own") == groups / "service"


def test_the_own_group_is_found_first(groups):
    (groups / "service/grader/cgroup.subtree_control").write_text("memory pids")
    assert delegated_group(groups, groups / "own") == groups / "service/grader"


@pytest.mark.parametrize("controllers", ["", "cpu memory", "pids"])
def test_a_group_without_its_controllers_is_not_used(groups, controllers):
    (groups / "service/cgroup.subtree_control").write_text(controllers)
    assert delegated_group(groups, groups / "own") is None


def test_without_version_2_there_is_none(groups):
    (groups / "own").write_text("1:name=systemd:/service\n")
    assert delegated_group(groups, groups / "own") is None


def test_memory_and_scratch_are_bounded_together(group):
    folder, _ = group
    assert int((folder / "memory.max").read_text()) == (600 + 64) * MIB


def test_processes_are_bounded(group):
    folder, _ = group
    assert (folder / "pids.max").read_text() == "100"


def test_the_command_enters_the_group(group):
    folder, prefix = group
    assert prefix[-1] == str(folder / "cgroup.procs")


def test_the_group_is_removed(groups):
    with limited_group(LIMITS, "one", groups / "service"):
        for path in (groups / "service/one").iterdir():
            path.unlink()  # as the system does
    assert not (groups / "service/one").exists()


def test_without_delegation_no_group_is_entered():
    with limited_group(LIMITS, "one", None) as prefix:
        assert prefix == []
