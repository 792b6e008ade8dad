"""What is written for one sandbox."""

import sys

import pytest

from autograder.sandbox import environment, seccomp
from autograder.sandbox.private_files import write_private_files


def test_nothing_else_is_written(tmp_path):
    files = write_private_files(tmp_path)
    paths = {files.run, files.empty, files.syscall_filter, files.pyvenv_cfg} - {None}
    assert set(tmp_path.rglob("*")) == paths


def test_the_folders_are_empty(tmp_path):
    files = write_private_files(tmp_path)
    assert [*files.run.iterdir(), *files.empty.iterdir()] == []


def test_other_users_cannot_look_into_the_run_folder(tmp_path):
    assert write_private_files(tmp_path).run.stat().st_mode & 0o777 == 0o700


def test_the_filter_is_this_machines(tmp_path):
    assert write_private_files(tmp_path).syscall_filter.read_bytes() == seccomp.compile_filter()


def test_an_unknown_architecture_has_no_filter(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "vax")
    assert write_private_files(tmp_path).syscall_filter is None


@pytest.mark.skipif(not environment.in_venv(), reason="there is no virtual environment")
def test_the_configuration_does_not_name_the_environment(tmp_path):
    assert sys.prefix not in write_private_files(tmp_path).pyvenv_cfg.read_text()


def test_without_a_virtual_environment_there_is_no_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert write_private_files(tmp_path).pyvenv_cfg is None
