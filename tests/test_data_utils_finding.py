"""Test where CIFAR-10 comes from: the folder that is named, the cache, or a download."""

import hashlib
import io
import tarfile

import numpy as np
import pytest
from cifar_copy import binary_layout, pickled_layout, random_images, small_sizes, write_binary  # noqa: F401  fixtures
from utils import cifar10_download, data_utils
from utils.data_utils import DataError, DataNotFoundError, find_CIFAR10, read_CIFAR10, write_prepared


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
    for found, expected in zip(read_CIFAR10(folder), read_CIFAR10(binary), strict=True):
        np.testing.assert_array_equal(found, expected)
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
