"""Test reading the published layouts of CIFAR-10, and that every fault in a file is named."""

import os

import numpy as np
import pytest
from cifar_copy import (
    PER_FILE,
    Reduced,
    binary_layout,  # noqa: F401  fixtures, as are the next three
    pickled_layout,  # noqa: F401
    random_images,  # noqa: F401
    small_sizes,  # noqa: F401
    write_pickle,
)

from autograder.checks.dropout.cifar10_files import read_cifar10
from autograder.checks.dropout.data_error import DataError


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_published_files_are_read_in_order(request, layout, images):
    X_train, y_train, X_test, y_test = read_cifar10(request.getfixturevalue(layout))
    pixels, labels = images
    np.testing.assert_array_equal(X_train.reshape(-1, 3072), pixels[:5].reshape(-1, 3072))  # (100, 3072)
    np.testing.assert_array_equal(X_test.reshape(-1, 3072), pixels[5])
    np.testing.assert_array_equal(y_train, labels[:5].ravel())
    np.testing.assert_array_equal(y_test, labels[5])


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_published_files_give_bytes_and_whole_numbers(request, layout):
    X_train, y_train, X_test, y_test = read_cifar10(request.getfixturevalue(layout))
    assert (X_train.shape, y_train.shape) == ((100, 3, 32, 32), (100,))
    assert (X_test.shape, y_test.shape) == ((20, 3, 32, 32), (20,))
    assert [array.dtype for array in (X_train, y_train, X_test, y_test)] == ["u1", "i8", "u1", "i8"]


def test_planes_come_in_the_order_red_green_blue(binary):
    record = np.fromfile(binary / "data_batch_1.bin", np.uint8)[:3073]
    X_train, _, _, _ = read_cifar10(binary)
    assert X_train[0, 1, 2, 3] == record[1 + 1 * 1024 + 2 * 32 + 3]


def test_names_that_older_numpy_wrote_are_read(pickled):
    path = pickled / "data_batch_3"
    path.write_bytes(path.read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    assert len(read_cifar10(pickled)[0]) == 100


def test_pickles_with_text_keys_are_read(pickled, images):
    write_pickle(pickled / "test_batch", {"data": images[0][5], "labels": images[1][5]})
    np.testing.assert_array_equal(read_cifar10(pickled)[3], images[1][5])


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
def test_a_pickle_that_names_a_function_is_refused(pickled, images, call):
    write_pickle(pickled / "data_batch_2", {b"data": images[0][1], b"labels": [1] * PER_FILE, b"x": call})
    with pytest.raises(DataError, match=r"data_batch_2: .*it names .*, which no file of CIFAR-10 needs"):
        read_cifar10(pickled)


def test_a_pickle_that_names_another_codec_is_refused(pickled):
    path = pickled / "data_batch_2"
    path.write_bytes(path.read_bytes().replace(b"X\x06\x00\x00\x00latin1", b"X\x06\x00\x00\x00rot_13", 1))
    with pytest.raises(DataError, match="it encodes text as 'rot_13'"):
        read_cifar10(pickled)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_a_missing_file_is_named(request, layout):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    path.unlink()
    with pytest.raises(DataError, match=r"data_batch_4.*: there is no such file, expected one of the six"):
        read_cifar10(folder)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
@pytest.mark.parametrize("change", [-1000, -61_000, 70_000_000], ids=["short", "empty", "long"])
def test_a_file_of_the_wrong_size_is_named(request, layout, change):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    os.truncate(path, max(0, path.stat().st_size + change))
    with pytest.raises(DataError, match=r"data_batch_4") as caught:
        read_cifar10(folder)
    assert caught.value.path == str(path)
    assert "Unpack CIFAR-10 again" in caught.value.remedy


def test_a_binary_label_out_of_range_is_named(binary):
    path = binary / "data_batch_2.bin"
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    with pytest.raises(
        DataError, match=r"data_batch_2.bin: the labels run from \d to 255, expected 20 labels"
    ):
        read_cifar10(binary)


PIXELS = np.zeros((PER_FILE, 3072), np.uint8)
PADDING = bytes(2 * PIXELS.size)  # so that a wrong batch is not refused for its size alone


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([PADDING], "cannot be read"),
        ({b"labels": [0] * PER_FILE, b"x": PADDING}, "data is NoneType"),
        ({b"data": PIXELS[:-1], b"labels": [0] * PER_FILE, b"x": PADDING}, r"data is uint8 \(19, 3072\)"),
        ({b"data": PIXELS.astype("i2"), b"labels": [0] * PER_FILE}, r"data is int16 \(20, 3072\)"),
        ({b"data": PIXELS.astype("O"), b"labels": [0] * PER_FILE, b"x": PADDING}, r"data is object"),
        ({b"data": PIXELS, b"labels": [0] * 19, b"x": PADDING}, r"labels are int64 \(19,\)"),
        ({b"data": PIXELS, b"labels": [0.5] * PER_FILE, b"x": PADDING}, r"labels are float64"),
        ({b"data": PIXELS, b"labels": [-1] * PER_FILE, b"x": PADDING}, "run from -1 to -1"),
        ({b"data": PIXELS, b"labels": [[0], [0, 1]], b"x": PADDING}, "labels form no array"),
        ({b"data": PIXELS, b"x": PADDING}, r"labels are object \(\)"),
    ],
    ids=[
        "list",
        "no-data",
        "rows",
        "dtype",
        "objects",
        "few",
        "fractions",
        "negative",
        "ragged",
        "no-labels",
    ],
)
def test_a_malformed_pickle_is_named(pickled, batch, message):
    write_pickle(pickled / "data_batch_2", batch)
    with pytest.raises(DataError, match=f"data_batch_2: .*{message}"):
        read_cifar10(pickled)
