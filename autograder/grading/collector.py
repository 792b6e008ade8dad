"""A pytest plugin that collects the results of hidden checks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.checking.fixtures import MEASURED, CheckContext, CheckFixtures
from autograder.course import ReleasedCell
from autograder.errors import CheckFailed, SubmissionError
from autograder.results import CheckResult, Measurement

OPTIONS = [
    "--import-mode=importlib",
    "--capture=no",
    "-c",
    os.devnull,
    *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:warnings"),
    *("-p", "no:unraisableexception"),  # its garbage collection takes 0.15 s a submission
]


class ResultCollector:
    """Collects the result of each check, by the graded cell that it belongs to.

    Attributes
    ----------
    verdicts : dict of str to list of CheckResult
    faults : list of str
        What went wrong in the checks themselves: internal errors, from which no score follows.
    """

    def __init__(self) -> None:
        self.verdicts: dict[str, list[CheckResult]] = {}
        self.faults: list[str] = []

    def failed(self, cell: str) -> bool:
        """Tell whether any check of a cell has failed so far."""
        return any(check.status != "passed" for check in self.verdicts.get(cell, ()))

    def require_verdicts(self, cells: Sequence[ReleasedCell]) -> None:
        """Record a fault unless every one of these cells has a verdict or there is a fault already."""
        missing = [cell.grade_id for cell in cells if cell.grade_id not in self.verdicts]
        if missing and not self.faults:
            self.faults.append(f"no check ran for {', '.join(missing)}")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> Iterator[None]:
        yield
        if call.excinfo is not None or call.when == "call":
            self._record(item, call.excinfo.value if call.excinfo else None)

    def _record(self, item: pytest.Function, error: BaseException | None) -> None:
        check = _verdict(item, error)
        cell = self.verdicts.setdefault(item.path.stem, [])
        if check.status == "error":
            self.faults.append(f"{item.path.stem}::{check.id}: {type(error).__name__}: {error}")
            item.session.shouldstop = "internal error: no score follows from the other checks"
        cell[:] = [known for known in cell if known.id != check.id]  # an error in teardown replaces a pass
        cell.append(check)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.faults.append(f"{report.nodeid}: {report.longreprtext.splitlines()[-1]}")


def _verdict(item: pytest.Function, error: BaseException | None) -> CheckResult:
    marker = item.get_closest_marker("weight")
    measured: list[Measurement] = item.stash.get(MEASURED, [])
    check: dict[str, Any] = {
        "id": item.name.removeprefix("test_"),
        "weight": marker.args[0] if marker else 1,
        "about": (item.function.__doc__ or "").strip().split("\n")[0],
        "measured": tuple(measured),
    }
    if error is None:
        return CheckResult(status="passed", **check)
    if isinstance(error, CheckFailed | SubmissionError):
        misconception = getattr(error, "misconception", None)
        return CheckResult(status="failed", message=str(error), misconception=misconception, **check)
    return CheckResult(status="error", message="the check itself failed", **check)


def run_checks(files: Sequence[Path], context: CheckContext, collector: ResultCollector) -> None:
    """Run files of checks in this process; the verdicts are then in the collector."""
    root = files[0].parents[1]
    folders = [f"--rootdir={root}", f"--confcutdir={root}"]
    with _no_other_plugins():
        code = pytest.main(
            [*OPTIONS, *folders, *map(str, files)], plugins=[collector, CheckFixtures(context)]
        )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        collector.faults.append(f"pytest ended with {code!r}")


@contextmanager
def _no_other_plugins() -> Iterator[None]:
    """Keep pytest from loading installed plugins and from reading PYTEST_ADDOPTS."""
    names = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
