"""Test downloading CIFAR-10 against a local server that does what mirrors do: work, fail, stall, send too little."""

import hashlib
import io
import re
import socket
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cifar_copy import pickled_layout, random_images, small_sizes  # noqa: F401  fixtures
from utils import download
from utils.download import DataError, download_CIFAR10

FOLDER = "cifar-10-batches-py"


class Mirror(BaseHTTPRequestHandler):
    """Answer GET /<what>: the archive whole, other bytes, half of it, an error, or nothing until the test ends."""

    def do_GET(self):  # noqa: N802  the name that http.server calls
        self.server.asked.append(self.path)
        if self.path == "/stalls":
            self.server.over.wait()
            return
        archive = self.server.archive
        self.send_response(503 if self.path == "/fails" else 200)
        self.send_header("Content-Length", str(len(archive)))
        self.end_headers()
        sent = {"/works": archive, "/changed": archive[:-1] + b"?", "/short": archive[: len(archive) // 2]}
        self.wfile.write(sent.get(self.path, b""))

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture
def archive(pickled):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        tar.add(pickled, arcname=FOLDER)
    return file.getvalue()


@pytest.fixture
def mirrors(archive, tmp_path, monkeypatch):
    """Return a function that makes the list of mirrors, and gives the list of what they are asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.archive, server.asked, server.over = archive, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "SHA256", hashlib.sha256(archive).hexdigest())
    monkeypatch.setattr(download, "SIZE", len(archive))
    monkeypatch.setattr(download, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(download, "ARCHIVE", tmp_path / "cifar-10-python.tar.gz")

    def use(*names):
        urls = [name if "://" in name else f"http://127.0.0.1:{server.server_port}/{name}" for name in names]
        monkeypatch.setattr(download, "MIRRORS", urls)
        return server.asked

    yield use
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def refused():
    """Return the address of a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    return f"http://127.0.0.1:{port}/archive"


def assert_unpacked(folder, pickled):
    assert folder.name == FOLDER
    found, expected = ({p.name: p.read_bytes() for p in place.iterdir()} for place in (folder, pickled))
    assert found == expected
    assert [path.name for path in folder.parent.iterdir()] == [FOLDER]


def test_the_first_mirror_that_works_is_enough(mirrors, pickled, small):
    asked = mirrors("works", "fails")
    assert_unpacked(download_CIFAR10(small), pickled)
    assert asked == ["/works"]


@pytest.mark.parametrize(
    ("mirror", "reason"),
    [
        ("changed", r"found [\d,]+ bytes of SHA-256 \w{64}, expected [\d,]+ bytes of \w{64}"),
        ("short", r"found [\d,]+ bytes of SHA-256 \w{64}, expected [\d,]+ bytes of \w{64}"),
        ("fails", "HTTP Error 503: Service Unavailable"),
        ("stalls", "timed out"),
    ],
)
def test_after_a_mirror_that_does_not_work_comes_the_next(mirrors, pickled, small, capsys, mirror, reason):
    asked = mirrors(mirror, "works")
    assert_unpacked(download_CIFAR10(small), pickled)
    assert asked == [f"/{mirror}", "/works"]
    assert re.search(rf"http://127.0.0.1:\d+/{mirror}: .*{reason}", capsys.readouterr().err)


def test_after_a_mirror_that_refuses_comes_the_next(mirrors, refused, pickled, small, capsys):
    mirrors(refused, "works")
    assert_unpacked(download_CIFAR10(small), pickled)
    assert f"{refused}: <urlopen error" in capsys.readouterr().err


def test_if_no_mirror_works_each_reason_is_told(mirrors, refused, small):
    mirrors("changed", "fails", refused)
    with pytest.raises(DataError) as caught:
        download_CIFAR10(small)
    title, changed, fails, refuses, remedy = str(caught.value).splitlines()
    assert title == "CIFAR-10 could not be downloaded:"
    assert "/changed: found " in changed
    assert fails.endswith("/fails: HTTP Error 503: Service Unavailable")
    assert refuses.startswith(refused)
    assert re.fullmatch("Try again later; or download .* with a browser .* set CIFAR10_DIR .*", remedy)
    assert list(small.iterdir()) == []


def test_the_progress_names_the_mirror(mirrors, small, capsys):
    mirrors("works")
    download_CIFAR10(small)
    assert re.search(r"CIFAR-10 from 127.0.0.1:\d+: 100%", capsys.readouterr().err)


def test_an_archive_next_to_the_notebook_comes_before_the_mirrors(mirrors, archive, pickled, small):
    asked = mirrors("works")
    download.ARCHIVE.write_bytes(archive)
    assert_unpacked(download_CIFAR10(small), pickled)
    assert asked == []


def test_a_damaged_archive_next_to_the_notebook_is_named(mirrors, archive, pickled, small, capsys):
    mirrors("works")
    download.ARCHIVE.write_bytes(archive[:-9])
    assert_unpacked(download_CIFAR10(small), pickled)
    assert f"{download.ARCHIVE.as_uri()}: found {len(archive) - 9:,} bytes" in capsys.readouterr().err


def test_the_archive_belongs_next_to_the_notebook():
    assert (download.ARCHIVE.parent / "dropout.ipynb").is_file()


def test_a_copy_that_another_process_made_is_kept(mirrors, small):
    mirrors("works")
    (small / FOLDER).mkdir(parents=True)
    (small / FOLDER / "data_batch_1").write_text("theirs")
    assert (download_CIFAR10(small) / "data_batch_1").read_text() == "theirs"
    assert [path.name for path in small.iterdir()] == [FOLDER]


def test_an_archive_that_reaches_outside_is_not_unpacked(mirrors, small, tmp_path, monkeypatch):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../escaped"), io.BytesIO())
    mirrors()
    download.ARCHIVE.write_bytes(file.getvalue())
    monkeypatch.setattr(download, "SHA256", hashlib.sha256(file.getvalue()).hexdigest())
    with pytest.raises(tarfile.OutsideDestinationError):
        download_CIFAR10(small)
    assert not (tmp_path / "escaped").exists()
    assert list(small.iterdir()) == []


def test_mirrors_are_safe_addresses_and_the_home_page_is_the_last():
    assert all(re.fullmatch(r"https://.+/cifar-10-python\.tar\.gz", url) for url in download.MIRRORS)
    assert download.MIRRORS[-1].startswith("https://www.cs.toronto.edu/~kriz/")
