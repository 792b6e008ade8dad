"""Test finding, reading, preparing and downloading CIFAR-10, on a copy of it with 120 images."""

import hashlib
import io
import os
import pickle
import tarfile

import numpy as np
import pytest
from utils import cifar10_download, cifar10_files, data_utils
from utils.cifar10_files import BATCHES
from utils.data_utils import (
    DataError,
    DataNotFoundError,
    find_CIFAR10,
    get_CIFAR10_data,
    is_prepared,
    mean_image,
    normalise,
    read_CIFAR10,
    split_CIFAR10,
    write_prepared,
)

PER_FILE, NUM_TRAIN, NUM_TEST = 20, 90, 5  # in place of 10,000, 49,000 and 1,000


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Shrink CIFAR-10 and put the cache into a fresh folder, which is returned."""
    monkeypatch.setattr(cifar10_files, "_IMAGES", PER_FILE)
    monkeypatch.setattr(data_utils, "_NUM_TRAIN", NUM_TRAIN)
    monkeypatch.setattr(data_utils, "_NUM_TEST", NUM_TEST)
    cache = tmp_path / "cache"
    monkeypatch.setattr(data_utils, "cache_folder", lambda: cache)
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    return cache


@pytest.fixture
def images():
    """Return pixels (6, 20, 3072), uint8, and labels (6, 20), for the six files."""
    rng = np.random.default_rng(9)
    return rng.integers(256, size=(6, PER_FILE, 3072), dtype=np.uint8), rng.integers(10, size=(6, PER_FILE))


@pytest.fixture
def binary(small, tmp_path, images):
    """Write the layout of plain bytes and return its folder."""
    return write_binary(tmp_path / "source" / "cifar-10-batches-bin", images)


@pytest.fixture
def pickled(small, tmp_path, images):
    """Write the pickled layout and return its folder."""
    folder = tmp_path / "source" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name, pixels, labels in zip(BATCHES, *images, strict=True):
        write_pickle(folder / name, {b"data": pixels, b"labels": labels.tolist()})
    return folder


def write_binary(folder, images):
    folder.mkdir(parents=True)
    for name, pixels, labels in zip(BATCHES, *images, strict=True):
        records = np.concatenate([labels[:, None].astype(np.uint8), pixels], axis=1)  # (20, 1 + 3072)
        records.tofile(folder / f"{name}.bin")
    return folder


def write_pickle(path, batch):
    path.write_bytes(pickle.dumps(batch, protocol=2))


# Reading the published layouts


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_published_files_are_read_in_order(request, layout, images):
    X_train, y_train, X_test, y_test = read_CIFAR10(request.getfixturevalue(layout))
    pixels, labels = images
    np.testing.assert_array_equal(X_train.reshape(-1, 3072), pixels[:5].reshape(-1, 3072))  # (100, 3072)
    np.testing.assert_array_equal(X_test.reshape(-1, 3072), pixels[5])
    np.testing.assert_array_equal(y_train, labels[:5].ravel())
    np.testing.assert_array_equal(y_test, labels[5])


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_published_files_give_bytes_and_whole_numbers(request, layout):
    X_train, y_train, X_test, y_test = read_CIFAR10(request.getfixturevalue(layout))
    assert (X_train.shape, y_train.shape) == ((100, 3, 32, 32), (100,))
    assert (X_test.shape, y_test.shape) == ((20, 3, 32, 32), (20,))
    assert [array.dtype for array in (X_train, y_train, X_test, y_test)] == ["u1", "i8", "u1", "i8"]


def test_planes_come_in_the_order_red_green_blue(binary):
    record = np.fromfile(binary / "data_batch_1.bin", np.uint8)[:3073]
    X_train, _, _, _ = read_CIFAR10(binary)
    assert X_train[0, 1, 2, 3] == record[1 + 1 * 1024 + 2 * 32 + 3]


def test_names_that_older_numpy_wrote_are_read(pickled):
    path = pickled / "data_batch_3"
    path.write_bytes(path.read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    assert len(read_CIFAR10(pickled)[0]) == 100


def test_pickles_with_text_keys_are_read(pickled, images):
    write_pickle(pickled / "test_batch", {"data": images[0][5], "labels": images[1][5]})
    np.testing.assert_array_equal(read_CIFAR10(pickled)[3], images[1][5])


class Reduced:
    """Pickle as a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


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
        read_CIFAR10(pickled)


def test_a_pickle_that_names_another_codec_is_refused(pickled):
    path = pickled / "data_batch_2"
    path.write_bytes(path.read_bytes().replace(b"X\x06\x00\x00\x00latin1", b"X\x06\x00\x00\x00rot_13", 1))
    with pytest.raises(DataError, match="it encodes text as 'rot_13'"):
        read_CIFAR10(pickled)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
def test_a_missing_file_is_named(request, layout):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    path.unlink()
    with pytest.raises(DataError, match=r"data_batch_4.*: there is no such file, expected one of the six"):
        read_CIFAR10(folder)


@pytest.mark.parametrize("layout", ["binary", "pickled"])
@pytest.mark.parametrize("change", [-1000, -61_000, 70_000_000], ids=["short", "empty", "long"])
def test_a_file_of_the_wrong_size_is_named(request, layout, change):
    folder = request.getfixturevalue(layout)
    path = next(folder.glob("data_batch_4*"))
    os.truncate(path, max(0, path.stat().st_size + change))
    with pytest.raises(DataError, match=r"data_batch_4") as caught:
        read_CIFAR10(folder)
    assert caught.value.path == str(path)
    assert "Unpack CIFAR-10 again" in caught.value.remedy


def test_a_binary_label_out_of_range_is_named(binary):
    path = binary / "data_batch_2.bin"
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    with pytest.raises(
        DataError, match=r"data_batch_2.bin: the labels run from \d to 255, expected 20 labels"
    ):
        read_CIFAR10(binary)


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
        read_CIFAR10(pickled)


# Finding


@pytest.mark.parametrize("layout", ["binary", "pickled"])
@pytest.mark.parametrize("parent", [False, True], ids=["itself", "parent"])
def test_CIFAR10_DIR_names_a_layout_or_the_folder_around_it(request, monkeypatch, layout, parent):  # noqa: N802
    folder = request.getfixturevalue(layout)
    monkeypatch.setenv("CIFAR10_DIR", str(folder.parent if parent else folder))
    assert find_CIFAR10() == folder


def test_a_prepared_folder_is_found(small, tmp_path, monkeypatch):
    write_prepared(tmp_path / "ready", {}, "generated")
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / "ready"))
    assert find_CIFAR10() == tmp_path / "ready"


def test_plain_bytes_come_before_pickles(binary, pickled, monkeypatch):
    monkeypatch.setenv("CIFAR10_DIR", str(binary.parent))
    assert find_CIFAR10() == binary


def test_home_is_understood(binary, monkeypatch):
    monkeypatch.setenv("HOME", str(binary.parent.parent))
    monkeypatch.setenv("USERPROFILE", str(binary.parent.parent))
    monkeypatch.setenv("CIFAR10_DIR", "~/source")
    assert find_CIFAR10() == binary


@pytest.mark.parametrize(
    ("name", "found"), [("nowhere", "there is no such folder"), (".", "without CIFAR-10")]
)
def test_a_wrong_CIFAR10_DIR_is_never_passed_over(small, tmp_path, images, monkeypatch, name, found):  # noqa: N802
    write_binary(small / "cifar-10-batches-bin", images)
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path / name))
    with pytest.raises(DataError, match=found) as caught:
        find_CIFAR10()
    assert not isinstance(caught.value, DataNotFoundError)


def test_the_cache_comes_second(small, images, monkeypatch):
    folder = write_binary(small / "cifar-10-batches-bin", images)
    monkeypatch.setenv("CIFAR10_DIR", "")
    assert find_CIFAR10() == folder


def test_what_is_nowhere_is_downloaded(small, monkeypatch):
    monkeypatch.setattr(data_utils, "download_CIFAR10", lambda parent: parent / "downloaded")
    assert find_CIFAR10() == small / "downloaded"


def test_download_can_be_forbidden(small, monkeypatch):
    monkeypatch.setattr(data_utils, "download_CIFAR10", lambda parent: pytest.fail("downloaded"))
    with pytest.raises(DataNotFoundError, match="CIFAR-10 is not there.* Set CIFAR10_DIR"):
        find_CIFAR10(download=False)


def test_the_cache_is_the_users_own(monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: f"/home/me/.cache/{name}")
    assert data_utils.cache_folder().as_posix() == "/home/me/.cache/nndl"


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


# Downloading


@pytest.fixture
def offered(small, tmp_path, images, monkeypatch):
    """Return a function that puts an archive where the download looks for it."""

    def offer(archive):
        path = tmp_path / "offered.tar.gz"
        path.write_bytes(archive)
        monkeypatch.setattr(cifar10_download, "URL", path.as_uri())
        monkeypatch.setattr(cifar10_download, "SHA256", hashlib.sha256(archive).hexdigest())

    return offer


@pytest.fixture
def archive(binary):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        tar.add(binary, arcname=binary.name)
    return file.getvalue()


def test_a_download_is_unpacked_into_the_cache(offered, archive, binary, small):
    offered(archive)
    folder = find_CIFAR10()
    assert folder == small / "cifar-10-batches-bin"
    assert_same(dict(enumerate(read_CIFAR10(folder))), dict(enumerate(read_CIFAR10(binary))))
    assert [path.name for path in small.iterdir()] == [folder.name]


def test_a_download_shows_its_progress(offered, archive, capsys):
    offered(archive)
    find_CIFAR10()
    assert "CIFAR-10: " in capsys.readouterr().err


def test_a_download_with_another_hash_is_refused(offered, archive, small, monkeypatch):
    offered(archive)
    monkeypatch.setattr(cifar10_download, "SHA256", "0" * 64)
    with pytest.raises(DataError, match=r"the download has the SHA-256 \w{64}, expected 0{64}\. Try again"):
        find_CIFAR10()
    assert list(small.iterdir()) == []


def test_a_failed_download_says_what_to_do(offered, archive, tmp_path, small):
    offered(archive)
    (tmp_path / "offered.tar.gz").unlink()
    with pytest.raises(DataError, match="the download failed .*download it in a browser, .* set CIFAR10_DIR"):
        find_CIFAR10()
    assert list(small.iterdir()) == []


def test_an_archive_that_is_none_is_refused(offered, small):
    offered(b"not an archive")
    with pytest.raises(DataError, match="the download failed"):
        find_CIFAR10()
    assert list(small.iterdir()) == []


def test_an_archive_that_reaches_outside_is_refused(offered, small, tmp_path):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../escaped"), io.BytesIO())
    offered(file.getvalue())
    with pytest.raises(DataError, match="the download failed"):
        find_CIFAR10()
    assert not (tmp_path / "escaped").exists()


def test_two_downloads_at_once_agree(offered, archive, small, images):
    offered(archive)
    write_binary(small / "cifar-10-batches-bin", images)
    assert cifar10_download.download_CIFAR10(small) == small / "cifar-10-batches-bin"
    assert [path.name for path in small.iterdir()] == ["cifar-10-batches-bin"]


def test_the_address_is_the_datasets_own():
    assert cifar10_download.URL.startswith("https://www.cs.toronto.edu/~kriz/")


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
