"""What a sandbox shows of the system, and what it covers."""

import os
from pathlib import Path

import pytest

from autograder.sandbox.mounts import ReadOnlyBind, proc_covers, system_mounts


@pytest.fixture(scope="module")
def covers():
    return {mount.target: mount.source for mount in proc_covers("/empty")}


def test_programs_and_libraries_are_shown():
    assert ReadOnlyBind("/usr", "/usr") in system_mounts()


def test_no_folder_of_users_is_shown():
    assert not {"/home", "/root", "/etc", "/var"} & {mount.target for mount in system_mounts()}


def test_folders_of_the_systems_settings_are_covered(covers):
    assert covers["/proc/sys"] == "/empty"


def test_files_that_anyone_may_write_are_covered(covers):
    files = [path for path in Path("/proc").glob("*") if path.is_file() and path.stat().st_mode & 0o222]
    assert {covers[str(path)] for path in files} <= {os.devnull}


def test_processes_are_not_covered(covers):
    assert not [target for target in covers if target.removeprefix("/proc/").isdigit()]
    assert "/proc/self" not in covers
