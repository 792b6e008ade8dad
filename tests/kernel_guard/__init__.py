"""A pytest plugin: only tests marked `kernel` can start one, so `make check` can leave exactly these out.

Any other test fails if it tries, in its own process or in a Python process that it starts.
"""

import tempfile
from pathlib import Path

import pytest

from kernel_guard.sitecustomize import FORBIDDEN


def pytest_configure(config):
    config.addinivalue_line("markers", "kernel: starts a kernel, which takes seconds; not in `make check`")
    config.pluginmanager.register(KernelGuard())


class KernelGuard:
    """Forbids kernels from before a test's first fixture until after its last one."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="kernels-")
        self._attempts = Path(self._folder.name) / "attempts"
        self._environment = pytest.MonkeyPatch()

    def pytest_unconfigure(self):
        self._folder.cleanup()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item):
        if item.get_closest_marker("kernel") is None:
            self._environment.setenv(FORBIDDEN, str(self._attempts))
            self._environment.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=":")
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item):
        try:
            return (yield)
        finally:
            self._environment.undo()
            self._fail_if_any(item)

    def _fail_if_any(self, item):
        """Fail a test that tried to start a kernel, even if it made something of the refusal."""
        if self._attempts.exists():
            commands = self._attempts.read_text()
            self._attempts.unlink()
            pytest.fail(
                f"{item.name} starts a kernel: mark it `kernel`. The command:\n{commands}", pytrace=False
            )
