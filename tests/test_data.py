"""Images for grading: prepared once, and held out of what sandboxes see."""

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from utils.data_utils import get_CIFAR10_data

from autograder.checks.dropout.images import Data, generate, prepare
from autograder.checks.dropout.preparation import find
from autograder.checks.registry import prepare_data
from autograder.errors import ConfigError, DataNotFoundError


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_held_out_images_are_not_in_the_visible_folder(generated):
    visible = {path.name for path in generated.visible.iterdir()}
    assert "X_train.npy" in visible
    assert not any("held_out" in name for name in visible)


def test_the_exam_is_read_only(generated):
    with pytest.raises(ValueError, match="read-only"):
        generated.exam.X_val[0] = 0


def test_no_image_is_sent_with_a_job(generated):
    assert len(generated.exam.X_val)
    sent = pickle.dumps(generated)
    assert len(sent) < 1000
    assert pickle.loads(sent) == generated


def test_the_exam_has_labels_of_its_own(generated):
    exam = generated.exam
    assert len(exam.X_held_out) == len(exam.y_held_out) == 4000
    assert np.array_equal(np.unique(exam.y_val), np.arange(10))


def test_generated_images_say_what_they_are(generated):
    assert generated.name == "generated"


def test_what_is_prepared_is_not_prepared_again(course, own_cache, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(generate(course, own_cache / "generated")))
    first = prepare(course)
    before = (first.visible / "X_train.npy").stat().st_mtime_ns
    assert (prepare(course).visible / "X_train.npy").stat().st_mtime_ns == before


def test_an_assignment_without_a_reader_of_images_needs_none(course):
    assert prepare_data(replace(course, files=())) is None


def test_missing_images_have_an_error_of_their_own(course, own_cache, monkeypatch):
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    with pytest.raises(DataNotFoundError, match="autograder data"):
        prepare(course)


def test_a_named_folder_without_images_is_not_passed_over(course, own_cache, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(own_cache))
    with pytest.raises(ConfigError, match="no CIFAR-10 there") as caught:
        prepare(course)
    assert not isinstance(caught.value, DataNotFoundError)


def test_a_folder_utils_where_the_grader_runs_is_not_the_assignments(course, own_cache, monkeypatch):
    (own_cache / "utils").mkdir()
    (own_cache / "utils/__init__.py").write_text("raise RuntimeError('the wrong utils')")
    monkeypatch.chdir(own_cache)
    monkeypatch.setenv("CIFAR10_DIR", str(generate(course, own_cache / "generated")))
    assert prepare(course).name == "generated"


@pytest.mark.parametrize(
    ("found", "download", "expected"),
    [("here", False, "here"), ("here", True, "here"), (None, False, None), (None, True, "cache/new")],
    ids=["found", "found, download allowed", "not found", "downloaded"],
)
def test_images_are_downloaded_if_they_are_not_found_and_that_is_asked_for(found, download, expected):
    utils = SimpleNamespace(
        CACHE=Path("cache"),
        find_CIFAR10=lambda: Path(found) if found else None,
        download_CIFAR10=lambda parent: parent / "new",
    )
    assert find(utils, download) == (Path(expected) if expected else None)


def test_a_folder_without_held_out_images_cannot_grade(course, own_cache, monkeypatch, generated):
    monkeypatch.setenv("CIFAR10_DIR", str(generated.visible))
    with pytest.raises(ConfigError, match="X_held_out"):
        prepare(course)


def test_an_altered_image_is_found_on_request(course, own_cache, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(generate(course, own_cache / "generated")))
    path = prepare(course).visible / "X_val.npy"
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="X_val.npy"):
        prepare(course, verify=True)


def test_a_damaged_exam_is_our_fault(generated, tmp_path):
    shutil.copytree(generated.folder, tmp_path / "copy")
    (tmp_path / "copy/exam/y_val.npy").write_bytes(b"")
    with pytest.raises(ConfigError, match="damaged"):
        _ = Data(tmp_path / "copy").exam


def test_the_manifest_names_no_folder(generated):
    manifest = json.loads((generated.visible / "manifest.json").read_text())
    assert str(generated.folder) not in json.dumps(manifest)


@pytest.mark.cifar
def test_cifar10_is_split_as_the_contract_says(cifar):
    exam = cifar.exam
    assert exam.X_val.shape == (1000, 3, 32, 32)
    assert exam.X_held_out.shape == (9000, 3, 32, 32)
    assert cifar.name == "CIFAR-10"


@pytest.mark.cifar
def test_what_a_sandbox_sees_is_what_students_load(cifar):
    loaded = get_CIFAR10_data()
    for name, array in loaded.items():
        prepared = np.load(cifar.visible / f"{name}.npy", mmap_mode="r")
        assert prepared.shape == array.shape
        np.testing.assert_array_equal(prepared[::49], array[::49])
