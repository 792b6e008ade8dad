"""Finding a bwrap that works, and what an instructor is told if there is none."""

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import bubblewrap
from autograder.sandbox.bubblewrap import find_bubblewrap

REFUSED = (
    "#!/bin/sh\n[ \"$1\" = --version ] && echo bubblewrap 0.9.0 && exit\necho 'no namespaces' >&2; exit 1\n"
)


@pytest.fixture(autouse=True)
def searched_anew():
    find_bubblewrap.cache_clear()
    yield
    find_bubblewrap.cache_clear()


@pytest.fixture
def only(monkeypatch, tmp_path):
    """Return a function that makes a script the only bwrap of this machine."""

    def install(script):
        path = tmp_path / "bwrap"
        path.write_text(script)
        path.chmod(0o755)
        monkeypatch.setattr(bubblewrap, "candidates", lambda: [str(path)])

    return install


def test_a_working_one_is_found():
    assert find_bubblewrap().version >= (0, 8)


def test_without_one_there_is_a_remedy(monkeypatch):
    monkeypatch.setattr(bubblewrap, "candidates", list)
    with pytest.raises(SandboxError, match="no bwrap was found.*apt install bubblewrap.*--no-sandbox"):
        find_bubblewrap()


def test_one_that_is_refused_is_quoted(only):
    only(REFUSED)
    with pytest.raises(SandboxError, match="cannot make a sandbox here: no namespaces"):
        find_bubblewrap()


def test_one_that_is_too_old_is_not_tried(only):
    only("#!/bin/sh\necho bubblewrap 0.6.2\n")
    with pytest.raises(SandboxError, match=r"has version 0\.6\.2, expected 0\.8 or newer"):
        find_bubblewrap()


def test_one_that_cannot_run_has_no_version(only):
    only("#!/no/such/shell\n")
    with pytest.raises(SandboxError, match="has version unknown"):
        find_bubblewrap()
