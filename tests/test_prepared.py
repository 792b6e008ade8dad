"""Test prepared folders: what is written comes back, and every kind of damage is named."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from autograder.checks.dropout.data_error import DataError
from autograder.checks.dropout.prepared import (
    is_prepared,
    read_manifest,
    read_prepared,
    verify_prepared,
    write_prepared,
)


def assert_same(first, second):
    assert list(first) == list(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def flip_last_byte(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.fixture
def arrays():
    return {"X": np.arange(12, dtype=np.float32).reshape(3, 4), "y": np.arange(3)}


@pytest.fixture
def prepared(tmp_path, arrays):
    write_prepared(tmp_path / "deep" / "prepared", arrays, "generated")
    return tmp_path / "deep" / "prepared"


def test_arrays_come_back_as_they_were_written(prepared, arrays):
    read = read_prepared(prepared)
    assert_same(read, arrays)
    assert {name: (type(array), array.dtype) for name, array in read.items()} == {
        "X": (np.ndarray, np.float32),
        "y": (np.ndarray, np.int64),
    }


def test_manifest_says_what_the_folder_holds(prepared, arrays):
    manifest = read_manifest(prepared)
    path = prepared / "X.npy"
    assert manifest["name"] == "generated"
    assert manifest["arrays"]["X"] == {
        "shape": [3, 4],
        "dtype": "float32",
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def test_only_whole_folders_are_prepared(prepared, tmp_path):
    assert is_prepared(prepared)
    assert not is_prepared(tmp_path)
    assert not is_prepared(tmp_path / "nowhere")


def test_nothing_but_the_folder_is_left(prepared):
    assert [path.name for path in prepared.parent.iterdir()] == ["prepared"]
    assert sorted(path.name for path in prepared.iterdir()) == ["X.npy", "manifest.json", "y.npy"]


def test_a_folder_that_exists_is_kept(prepared, arrays):
    with pytest.raises(FileExistsError, match="prepared exists, expected a free place"):
        write_prepared(prepared, {"X": np.zeros(1)}, "CIFAR-10")
    assert_same(read_prepared(prepared), arrays)
    assert [path.name for path in prepared.parent.iterdir()] == ["prepared"]


def test_a_failed_write_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_prepared(tmp_path / "prepared", {"X": np.zeros(3), "y": np.array([{}])}, "generated")
    assert list(tmp_path.iterdir()) == []


def test_two_processes_may_write_at_once(tmp_path):
    script = """
import sys, pathlib, numpy as np
from autograder.checks.dropout.prepared import read_prepared, write_prepared
folder = pathlib.Path(sys.argv[1])
try:
    write_prepared(folder, {"X": np.ones((500, 1000))}, "generated")
except FileExistsError:
    pass
assert read_prepared(folder)["X"].sum() == 500_000
"""
    command = [sys.executable, "-c", script, str(tmp_path / "prepared")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["prepared"]


def test_verification_passes_what_was_written(prepared):
    before = {path.name: path.read_bytes() for path in prepared.iterdir()}
    assert verify_prepared(prepared) is None  # it has nothing to say, and raises where it has
    assert {path.name: path.read_bytes() for path in prepared.iterdir()} == before


def test_verification_finds_a_changed_bit(prepared):
    flip_last_byte(prepared / "X.npy")
    read_prepared(prepared)
    with pytest.raises(DataError, match=r"X\.npy: the file has the SHA-256 \w{64}, expected \w{64}\. Delete"):
        verify_prepared(prepared)


def edited(folder, edit):
    """Rewrite a folder's manifest after edit(manifest)."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    edit(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "X.npy").unlink(), r"X\.npy: there is no such file"),
        (lambda f: os.truncate(f / "X.npy", 100), r"X\.npy: the file has 100 bytes, expected 176"),
        (lambda f: (f / "X.npy").write_bytes(bytes(176)), r"X\.npy: the file cannot be read"),
        (lambda f: (f / "manifest.json").unlink(), r"manifest\.json: the file cannot be read"),
        (lambda f: (f / "manifest.json").write_text("{"), r"manifest\.json: the file cannot be read"),
        (lambda f: (f / "manifest.json").write_text("[]"), "another format, expected format 1"),
        (lambda f: edited(f, lambda m: m.update(format=2)), "another format, expected format 1"),
        (lambda f: edited(f, lambda m: m.pop("name")), "the manifest is incomplete"),
        (lambda f: edited(f, lambda m: m.update(arrays=[])), "the manifest is incomplete"),
        (lambda f: edited(f, lambda m: m["arrays"]["X"].pop("sha256")), "the entry 'X' is malformed"),
        (
            lambda f: edited(f, lambda m: m["arrays"].update({"../X": m["arrays"]["X"]})),
            r"entry '\.\./X' is mal",
        ),
        (
            lambda f: edited(f, lambda m: m["arrays"]["X"].update(shape=[4, 3])),
            r"float32 \(3, 4\), .*\[4, 3\]",
        ),
        (lambda f: edited(f, lambda m: m["arrays"]["X"].update(dtype="int32")), r"float32 \(3, 4\), .*int32"),
    ],
    ids=(
        ["missing", "short", "not-npy", "no-manifest", "no-json", "list", "format", "no-name", "no-arrays"]
        + ["no-hash", "outside", "shape", "dtype"]
    ),
)
def test_damage_is_named(prepared, damage, message):
    damage(prepared)
    with pytest.raises(DataError, match=message):
        read_prepared(prepared)


def test_pickled_objects_are_never_loaded(prepared):
    path = prepared / "X.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    edited(prepared, lambda m: m["arrays"]["X"].update(bytes=path.stat().st_size, dtype="object", shape=[1]))
    with pytest.raises(DataError, match=r"X\.npy: the file cannot be read"):
        read_prepared(prepared)
