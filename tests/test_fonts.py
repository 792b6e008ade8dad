"""The font list that sandboxes share: made once, and without a user's own fonts."""

import json
import os
from pathlib import Path

import pytest

from autograder.kernel.fonts import font_list


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_it_is_made_once(cache):
    path = font_list()
    written = path.stat().st_mtime_ns
    assert font_list() == path
    assert path.stat().st_mtime_ns == written


def test_it_is_all_that_is_kept_in_the_cache(cache):
    path = font_list()
    assert [entry for entry in cache.rglob("*") if entry.is_file()] == [path]


def test_it_names_no_font_of_a_users_own(cache):
    fonts = json.loads(font_list().read_text())
    names = [Path(entry["fname"]) for entry in fonts["ttflist"] + fonts["afmlist"]]
    assert names
    assert all(not name.is_absolute() or name.is_relative_to("/usr") for name in names)


def test_it_is_made_again_after_the_cache_was_emptied(cache):
    font_list().unlink()
    assert font_list().exists()


def test_without_a_cache_there_is_none(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert font_list() is None
