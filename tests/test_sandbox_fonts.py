"""The list of fonts that every sandbox is lent: made once, without ours, and not to be changed inside."""

import json
import os
from pathlib import Path

import pytest

from autograder.kernel.kernel import Kernel
from autograder.limits import Limits
from autograder.sandbox.fonts import font_list

INSIDE = """
import os
folder = os.environ["MPLCONFIGDIR"]
before = os.listdir(folder)
import matplotlib.pyplot as plt
plt.plot([1, 2])
(name,) = os.listdir(folder)
try: open(os.path.join(folder, name), "a")
except OSError: print(before == [name], os.access(folder, os.W_OK))
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    font_list.cache_clear()
    yield tmp_path
    font_list.cache_clear()


def test_a_sandbox_is_lent_the_list(course, tmp_path):
    files = course.write_files(tmp_path / "files")
    with Kernel(files, None, Limits()) as kernel:
        outputs, error = kernel.run_cell(INSIDE, 30)
    assert error is None
    assert outputs[0].text == "True True\n"


def test_it_is_made_once(cache):
    path = font_list()
    assert path.is_relative_to(cache)
    written = path.stat().st_mtime_ns
    font_list.cache_clear()
    assert font_list() == path
    assert path.stat().st_mtime_ns == written
    assert [entry.name for entry in path.parent.parent.iterdir()] == [
        path.parent.name
    ]  # nothing else is left


def test_it_names_no_font_of_a_users_own(cache):
    fonts = json.loads(font_list().read_text())
    names = [Path(entry["fname"]) for entry in fonts["ttflist"] + fonts["afmlist"]]
    assert names
    assert all(not name.is_absolute() or name.is_relative_to("/usr") for name in names)


def test_without_a_cache_each_sandbox_makes_its_own(cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert font_list() is None


def test_a_cache_emptied_in_between_stops_nothing(cache, course, tmp_path):
    files = course.write_files(tmp_path / "files")
    font_list().unlink()
    with Kernel(files, None, Limits()) as kernel:
        _, error = kernel.run_cell("import matplotlib.pyplot", 30)
    assert error is None
