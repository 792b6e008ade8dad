"""Test where CIFAR-10 is found, how it is read, and what get_CIFAR10_data makes of it."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from cifar_copy import (
    NUM_TEST,
    NUM_TRAIN,
    PER_FILE,
    Reduced,
    binary_layout,  # noqa: F401  fixtures, as are the next three
    pickled_layout,  # noqa: F401
    random_images,  # noqa: F401
    small_sizes,  # noqa: F401
    write_binary,
    write_pickle,
)
from utils import data_utils
from utils.data_utils import find_CIFAR10, get_CIFAR10_data, read_CIFAR10, split_CIFAR10
from utils.download import DataError

# Finding


@pytest.mark.parametrize("layout", ["binary", "pickled"])
@pytest.mark.parametrize("parent", [False, True], ids=["itself", "parent"])
def test_CIFAR10_DIR_names_a_layout_or_the_folder_around_it(request, monkeypatch, layout, parent):  # noqa: N802
    folder = request.getfixturevalue(layout)
    monkeypatch.setenv("CIFAR10_DIR", str(folder.parent if parent else folder))
    assert find_CIFAR10() == folder


def test_a_prepared_folder_is_found(tmp_path, monkeypatch):
    np.save(tmp_path / "X_train.npy", np.zeros(1))
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path))
    assert find_CIFAR10() == tmp_path


def test_plain_bytes_come_before_pickles(binary, pickled, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary.parent))
    assert find_CIFAR10() == binary


def test_home_is_understood(binary, monkeypatch):
    monkeypatch.setenv("HOME", str(binary.parent.parent))
    monkeypatch.setenv("USERPROFILE", str(binary.parent.parent))
    monkeypatch.setenv("CIFAR10_DIR", "~/source")
    assert find_CIFAR10() == binary


@pytest.mark.parametrize("name", ["missing", "."], ids=["missing", "empty"])
def test_a_wrong_CIFAR10_DIR_is_never_passed_over(small, tmp_path, images, monkeypatch, name):  # noqa: N802
    write_binary(small / "cifar-10-batches-bin", images)
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / name))
    message = (
        r"CIFAR10_DIR=.*: no CIFAR-10 there, expected cifar-10-batches-bin, .* Correct or unset CIFAR10_DIR"
    )
    with pytest.raises(DataError, match=message):
        find_CIFAR10()


def test_the_cache_comes_second(small, images, monkeypatch):
    folder = write_binary(small / "cifar-10-batches-bin", images)
    monkeypatch.setenv("CIFAR10_DIR", "")
    assert find_CIFAR10() == folder


def test_what_is_not_there_is_not_found(small):
    assert find_CIFAR10() is None


def test_what_is_not_found_is_downloaded_into_the_cache(small, binary, monkeypatch):
    asked = []
    monkeypatch.setattr(data_utils, "download_CIFAR10", lambda parent: asked.append(parent) or binary)
    assert get_CIFAR10_data()["X_train"].shape == (NUM_TRAIN, 3, 32, 32)
    assert asked == [small]


# Reading


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_published_files_are_read_in_order(request, layout, images):
    X, y = read_CIFAR10(request.getfixturevalue(layout))
    pixels, labels = images
    np.testing.assert_array_equal(X.reshape(-1, 3072), pixels.reshape(-1, 3072))  # (120, 3072)
    np.testing.assert_array_equal(y, labels.ravel())
    assert (X.shape, X.dtype, y.dtype) == ((120, 3, 32, 32), "u1", "i8")


def test_pickles_of_older_versions_of_numpy_are_read(pickled, images):
    path = pickled / "data_batch_3"
    path.write_bytes(path.read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    np.testing.assert_array_equal(read_CIFAR10(pickled)[1], images[1].ravel())


@pytest.mark.parametrize(
    "call",
    [
        Reduced(os.system, "true"),
        Reduced(eval, "1"),
        Reduced(np.fromfile, "/dev/null"),
        Reduced(np.ctypeslib.load_library, "libc", "/"),
    ],
    ids=["os.system", "eval", "numpy.fromfile", "load_library"],
)
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_pickle_that_names_a_function_is_refused(pickled, images, call, protocol):
    batch = {b"data": images[0][1], b"labels": [1] * PER_FILE, b"x": call}
    (pickled / "data_batch_2").write_bytes(pickle.dumps(batch, protocol))
    with pytest.raises(DataError, match=r"data_batch_2: the pickle names .*; expected 20 images with labels"):
        read_CIFAR10(pickled)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_a_missing_file_is_named(request, layout):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    path.unlink()
    with pytest.raises(
        DataError, match=rf"^{path}: .*No such file.* expected 20 images.* Unpack CIFAR-10 again"
    ):
        read_CIFAR10(folder)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
@pytest.mark.parametrize("change", [-1000, -61_000], ids=["short", "empty"])
def test_a_file_of_the_wrong_size_is_named(request, layout, change):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    os.truncate(path, max(0, path.stat().st_size + change))
    with pytest.raises(
        DataError, match=rf"^{path}: .* expected 20 images with labels. Unpack CIFAR-10 again"
    ):
        read_CIFAR10(folder)


PIXELS = np.zeros((PER_FILE, 3072), np.uint8)


@pytest.mark.parametrize(
    "batch",
    [
        [],
        {b"labels": [0] * PER_FILE},
        {b"data": PIXELS},
        {b"data": PIXELS[:-1], b"labels": [0] * PER_FILE},
        {b"data": PIXELS, b"labels": [0] * 19},
        {b"data": PIXELS, b"labels": [[0], [0, 1]]},
    ],
    ids=["list", "no-data", "no-labels", "few-images", "few-labels", "ragged"],
)
def test_a_malformed_pickle_is_named(pickled, batch):
    write_pickle(pickled / "data_batch_2", batch)
    with pytest.raises(DataError, match="data_batch_2: .* expected 20 images with labels"):
        read_CIFAR10(pickled)


# Splitting and subtracting the mean


def test_splits_are_the_first_the_last_and_the_test_images(binary, images, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data, labels = get_CIFAR10_data(), images[1]
    np.testing.assert_array_equal(data["y_train"], labels[:5].ravel()[:NUM_TRAIN])
    np.testing.assert_array_equal(data["y_val"], labels[:5].ravel()[NUM_TRAIN:])
    np.testing.assert_array_equal(data["y_test"], labels[5][:NUM_TEST])


def test_every_split_loses_the_mean_training_image(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data, (X, _) = get_CIFAR10_data(), read_CIFAR10(binary)
    mean = np.mean(X[:NUM_TRAIN].astype(np.float64), axis=0)
    # float32 keeps 255 to 1.5e-5; the mean and the difference are each rounded once
    np.testing.assert_allclose(data["X_train"], X[:NUM_TRAIN] - mean, atol=3e-5)
    np.testing.assert_allclose(data["X_val"], X[NUM_TRAIN:100] - mean, atol=3e-5)
    np.testing.assert_allclose(data["X_test"], X[100 : 100 + NUM_TEST] - mean, atol=3e-5)


def test_data_is_plain_arrays_of_float32_and_int64(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data = get_CIFAR10_data()
    assert {name: str(array.dtype) for name, array in data.items()} == {
        **dict.fromkeys(["X_train", "X_val", "X_test"], "float32"),
        **dict.fromkeys(["y_train", "y_val", "y_test"], "int64"),
    }
    assert {type(array) for array in data.values()} == {np.ndarray}


def test_the_mean_of_many_images_is_exact(small, monkeypatch):
    X = np.full((70_001, 3, 1, 1), 255, np.uint8)  # the sum, 1.8e7, is beyond what float32 counts in ones
    splits = {"train": slice(0, 70_000), "val": slice(70_000, 70_001)}
    monkeypatch.setattr(data_utils, "SPLITS", splits)
    data = split_CIFAR10(X, np.zeros(70_001, int))
    np.testing.assert_array_equal(data["X_val"], np.zeros((1, 3, 1, 1)))


def test_pixels_below_the_mean_are_negative(small):
    X = np.full((110, 3, 32, 32), 210, np.uint8)
    X[NUM_TRAIN:] = 200
    np.testing.assert_array_equal(
        split_CIFAR10(X, np.zeros(110, int))["X_val"], np.full((10, 3, 32, 32), -10)
    )


# The cache


def assert_same(first, second):
    assert list(first) == list(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def test_second_load_opens_the_cache(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    first = get_CIFAR10_data()
    monkeypatch.setattr(data_utils, "read_CIFAR10", lambda folder: pytest.fail("read again"))
    assert_same(first, get_CIFAR10_data())


def test_a_changed_source_is_read_again(binary, images, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    get_CIFAR10_data()
    path = binary / "test_batch.bin"
    records = np.fromfile(path, np.uint8).reshape(PER_FILE, 3073)
    records[:, 0] = 7
    records.tofile(path)
    os.utime(path, ns=(1, 1))  # another time, however coarse the clock of the file system
    np.testing.assert_array_equal(get_CIFAR10_data()["y_test"], 7)


def test_two_sources_do_not_share_a_cache(binary, tmp_path, images, monkeypatch):
    pixels, labels = images
    other = write_binary(tmp_path / "other" / "cifar-10-batches-bin", (pixels, 9 - labels))
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    first = get_CIFAR10_data()["y_val"]
    monkeypatch.setenv("CIFAR10_DIR", str(other))
    np.testing.assert_array_equal(get_CIFAR10_data()["y_val"], 9 - first)


def test_changes_stay_with_the_array_that_was_changed(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data = get_CIFAR10_data()
    data["X_train"] *= 0
    data["y_train"][:] = 3
    assert np.abs(get_CIFAR10_data()["X_train"]).max() > 0
    assert len(set(get_CIFAR10_data()["y_train"])) > 1


def test_a_cache_that_cannot_be_written_is_done_without(binary, small, monkeypatch):
    small.write_text("a file where the folder should be")
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    assert_same(get_CIFAR10_data(), split_CIFAR10(*read_CIFAR10(binary)))


def test_nothing_but_the_arrays_is_in_the_cache(binary, small, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    get_CIFAR10_data()
    (folder,) = small.iterdir()
    names = [f"{kind}_{split}.npy" for kind in "Xy" for split in ("test", "train", "val")]
    assert sorted(path.name for path in folder.iterdir()) == names


def test_arrays_are_mapped_from_the_cache(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    assert {type(array.base) for array in get_CIFAR10_data().values()} == {np.memmap}


def test_processes_that_load_at_once_do_not_disturb_each_other(binary, small):
    script = """
import sys
from pathlib import Path
from utils import data_utils
data_utils.IMAGES, data_utils.CACHE = 20, Path(sys.argv[1])
data_utils.SPLITS = {"train": slice(0, 90), "val": slice(90, 100), "test": slice(100, 105)}
print(data_utils.get_CIFAR10_data()["X_train"].astype("f8").sum())
"""
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "CIFAR10_DIR": str(binary)}
    command = [sys.executable, "-c", script, str(small)]
    processes = [
        subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    printed = [process.communicate()[0] for process in processes]
    assert len(set(printed)) == 1
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(list(small.iterdir())) == 1


def test_a_damaged_cache_is_named(binary, small, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    get_CIFAR10_data()
    path = next(small.glob("prepared-*/X_val.npy"))
    os.truncate(path, 1000)
    with pytest.raises(DataError, match=rf"^{path}: .*; expected an array. Delete {path.parent}"):
        get_CIFAR10_data()


# Prepared folders as data


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """Return a prepared folder of 30 images in each split, which CIFAR10_DIR names."""
    for split in ("train", "val", "test"):
        np.save(tmp_path / f"X_{split}.npy", np.zeros((30, 3, 32, 32), np.float32))
        np.save(tmp_path / f"y_{split}.npy", np.arange(30) % 10)
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path))
    return tmp_path


def test_a_prepared_folder_may_hold_other_numbers_of_images(prepared):
    assert get_CIFAR10_data()["X_val"].shape == (30, 3, 32, 32)


def test_what_else_a_prepared_folder_holds_is_not_loaded(prepared):
    np.save(prepared / "X_held_out.npy", np.zeros(1))
    assert list(get_CIFAR10_data()) == ["X_train", "y_train", "X_val", "y_val", "X_test", "y_test"]


@pytest.mark.parametrize("content", [None, b"", b"not an array"], ids=["missing", "empty", "other"])
def test_a_damaged_array_is_named(prepared, content):
    (prepared / "y_val.npy").unlink()
    if content is not None:
        (prepared / "y_val.npy").write_bytes(content)
    with pytest.raises(DataError, match="y_val.npy: .*; expected an array"):
        get_CIFAR10_data()


def test_pickled_objects_are_never_loaded(prepared):
    np.save(prepared / "y_val.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="y_val.npy: .*; expected an array"):
        get_CIFAR10_data()


# CIFAR-10 itself


@pytest.mark.cifar
def test_CIFAR10_has_its_sizes_and_is_centred():  # noqa: N802
    data = get_CIFAR10_data()
    assert {name: array.shape for name, array in data.items() if name[0] == "X"} == {
        "X_train": (49_000, 3, 32, 32),
        "X_val": (1000, 3, 32, 32),
        "X_test": (1000, 3, 32, 32),
    }
    # the mean image was rounded to float32
    assert np.abs(data["X_train"].mean(axis=0, dtype=np.float64)).max() < 1e-5


@pytest.mark.cifar
def test_CIFAR10_has_as_many_images_of_each_class():  # noqa: N802
    folder = find_CIFAR10()
    if (folder / "X_train.npy").is_file():
        pytest.skip("CIFAR10_DIR is a prepared folder")
    _, y = read_CIFAR10(folder)
    np.testing.assert_array_equal(np.bincount(y[:50_000]), 5000)
    np.testing.assert_array_equal(np.bincount(y[50_000:]), 1000)
