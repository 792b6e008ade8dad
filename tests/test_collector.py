"""What the collector makes of a file of checks, with a context that knows no student."""

import pytest

from autograder.checking.assignment import Assignment
from autograder.grading.collector import ResultCollector, run_checks
from autograder.grading.context import GradingContext
from autograder.grading.draws import Draws
from autograder.results import Measurement


@pytest.fixture
def collected(tmp_path):
    """Return a function that runs the text of a file of checks and returns the collector."""

    def run(text):
        folder = tmp_path / "checks" / tmp_path.name  # pytest keeps a module by its folder's name
        folder.mkdir(parents=True)
        (folder / "test_cell.py").write_text(text)
        collector = ResultCollector()
        context = GradingContext(None, collector, Assignment(), None, Draws(1), None)
        run_checks([folder / "test_cell.py"], context, collector)
        return collector

    return run


def test_a_failed_check_has_its_message_and_misconception(collected):
    check = collected('''
from autograder.errors import CheckFailed

def test_scales():
    """Survivors are scaled."""
    raise CheckFailed("They are not.", "no_scaling")
''').verdicts["test_cell"][0]
    assert (check.id, check.status, check.about) == ("scales", "failed", "Survivors are scaled.")
    assert (check.message, check.misconception) == ("They are not.", "no_scaling")


def test_an_exception_of_a_check_is_a_fault_and_stops_the_run(collected):
    collector = collected("def test_a():\n    1 / 0\n\n\ndef test_b():\n    pass\n")
    assert collector.faults == ["test_cell::a: ZeroDivisionError: division by zero"]
    assert [check.id for check in collector.verdicts["test_cell"]] == ["a"]


def test_a_file_that_cannot_be_imported_is_a_fault(collected):
    assert "no_such_module" in collected("import no_such_module\n").faults[0]


@pytest.mark.parametrize("end", ["", "    raise CheckFailed('no')\n"], ids=["passed", "failed"])
def test_what_a_check_measured_is_in_its_result(collected, end):
    text = "from autograder.errors import CheckFailed\n\ndef test_keeps(measure):\n    measure('kept', 0.3, 0.2, 0.4)\n"
    check = collected(text + end).verdicts["test_cell"][0]
    assert check.measured == (Measurement("kept", 0.3, 0.2, 0.4),)


def test_a_figure_that_is_not_finite_has_no_value(collected):
    text = "def test_errs(measure):\n    assert not measure('error', float('nan'), high=1.0).passed\n"
    assert collected(text).verdicts["test_cell"][0].measured == (Measurement("error", None, high=1.0),)
