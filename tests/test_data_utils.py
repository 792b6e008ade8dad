"""Test what get_CIFAR10_data makes of the images: splits, differences from the mean, a cache of both."""

import os

import numpy as np
import pytest
from cifar_copy import NUM_TEST, NUM_TRAIN, PER_FILE, binary_layout, random_images, small_sizes, write_binary  # noqa: F401  fixtures
from utils import data_utils
from utils.data_utils import (
    DataError,
    find_CIFAR10,
    get_CIFAR10_data,
    is_prepared,
    mean_image,
    normalise,
    read_CIFAR10,
    split_CIFAR10,
    write_prepared,
)

# Splitting and normalising


def test_splits_are_the_first_the_last_and_the_test_images(binary, images, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data, labels = get_CIFAR10_data(), images[1]
    np.testing.assert_array_equal(data["y_train"], labels[:5].ravel()[:NUM_TRAIN])
    np.testing.assert_array_equal(data["y_val"], labels[:5].ravel()[NUM_TRAIN:])
    np.testing.assert_array_equal(data["y_test"], labels[5][:NUM_TEST])


def test_every_split_loses_the_mean_training_image(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data, (X_train, _, X_test, _) = get_CIFAR10_data(), read_CIFAR10(binary)
    mean = np.mean(X_train[:NUM_TRAIN].astype(np.float64), axis=0)
    # float32 keeps 255 to 1.5e-5; the mean and the difference are each rounded once
    np.testing.assert_allclose(data["X_train"], X_train[:NUM_TRAIN] - mean, atol=3e-5)
    np.testing.assert_allclose(data["X_val"], X_train[NUM_TRAIN:] - mean, atol=3e-5)
    np.testing.assert_allclose(data["X_test"], X_test[:NUM_TEST] - mean, atol=3e-5)


def test_data_is_plain_arrays_of_float32_and_int64(binary, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    data = get_CIFAR10_data()
    assert {name: str(array.dtype) for name, array in data.items()} == {
        **dict.fromkeys(["X_train", "X_val", "X_test"], "float32"),
        **dict.fromkeys(["y_train", "y_val", "y_test"], "int64"),
    }
    assert {type(array) for array in data.values()} == {np.ndarray}


def test_mean_image_is_exact_for_many_images():
    X = np.full((70_000, 3, 1, 1), 255, np.uint8)  # the sum, 1.8e7, is beyond what float32 counts in ones
    np.testing.assert_array_equal(mean_image(X), np.full((3, 1, 1), 255, np.float32))


def test_normalise_gives_float32():
    out = normalise(np.full((2, 3, 32, 32), 200, np.uint8), np.full((3, 32, 32), 210, np.float32))
    np.testing.assert_array_equal(out, np.full((2, 3, 32, 32), -10, np.float32))
    assert out.dtype == np.float32


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


def test_a_process_that_was_first_is_believed(binary, monkeypatch):
    def overtaken(folder, arrays, name):
        write_prepared(folder, arrays, name)
        raise FileExistsError

    monkeypatch.setattr(data_utils, "write_prepared", overtaken)
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    assert get_CIFAR10_data()["X_train"].shape == (NUM_TRAIN, 3, 32, 32)


def test_a_damaged_cache_is_named(binary, small, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary))
    get_CIFAR10_data()
    path = next(small.glob("prepared-*/X_val.npy"))
    os.truncate(path, 1000)
    with pytest.raises(DataError, match="X_val.npy: the file has 1,000 bytes, expected .* Delete the folder"):
        get_CIFAR10_data()


# Prepared folders as data


def generated(N):
    splits = ("train", "val", "test")
    X = {f"X_{split}": np.zeros((N, 3, 32, 32), np.float32) for split in splits}
    return X | {f"y_{split}": np.arange(N) % 10 for split in splits}


def test_a_smaller_generated_set_is_loaded(tmp_path, monkeypatch):
    write_prepared(tmp_path / "demo", generated(30), "generated")
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / "demo"))
    assert get_CIFAR10_data()["X_val"].shape == (30, 3, 32, 32)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("X_val"),
        lambda data: data.pop("y_val"),
        lambda data: data.update(X_val=data["X_val"].astype("f8")),
        lambda data: data.update(X_val=data["X_val"].reshape(30, -1)),
        lambda data: data.update(y_val=data["y_val"][1:]),
        lambda data: data.update(y_val=data["y_val"] + 1),
        lambda data: data.update(y_val=data["y_val"].astype("u1")),
    ],
    ids=["no-images", "no-labels", "float64", "flat", "few-labels", "label-10", "uint8"],
)
def test_prepared_data_of_another_kind_is_named(tmp_path, monkeypatch, change):
    data = generated(30)
    change(data)
    write_prepared(tmp_path / "demo", data, "generated")
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / "demo"))
    with pytest.raises(DataError, match="demo: the split 'val' is missing or malformed"):
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
    assert (
        np.abs(data["X_train"].mean(axis=0, dtype=np.float64)).max() < 1e-5
    )  # the mean image, rounded to float32


@pytest.mark.cifar
def test_CIFAR10_has_as_many_images_of_each_class():  # noqa: N802
    folder = find_CIFAR10()
    if is_prepared(folder):
        pytest.skip("CIFAR10_DIR is a prepared folder")
    _, y_train, _, y_test = read_CIFAR10(folder)
    np.testing.assert_array_equal(np.bincount(y_train), 5000)
    np.testing.assert_array_equal(np.bincount(y_test), 1000)
