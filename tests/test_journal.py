"""Records on disk, one run at a time, and files replaced as a whole."""

import pytest

from autograder.errors import ConfigError
from autograder.gradebook.journal import Journal, Record, State, write_durably
from autograder.grading.batch import Graded
from autograder.results import CellResult, CheckResult, Result

CHECK = CheckResult("outputs", "failed", 2, "Outputs.", "You scale by p.", "scaled_by_p")
RESULT = Result(
    "ann/dropout",
    "graded",
    15.0,
    (CellResult("test_dropout_forward", 7.5, 15.0, (CHECK,)),),
    execution_time=2.5,
    peak_memory=210.5,
)
NOTEBOOK = {"cells": [{"cell_type": "code", "id": "a", "outputs": []}], "metadata": {}}
GRADED = Graded(RESULT, NOTEBOOK, "host, process 1")
INTERNAL_ERROR = Graded(Result("ann/dropout", "internal_error", 15.0, output="two workers died"))


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, "dropout")


def test_a_submission_without_a_record_is_new(journal):
    assert journal.read("ann") == Record(State.NEW)


def test_what_a_worker_sent_is_read_back(journal):
    journal.write("ann", Record.of(GRADED))
    assert journal.read("ann").graded() == GRADED


def test_a_graded_submission_that_is_not_recorded_says_so(journal):
    journal.write("ann", Record.of(GRADED))
    assert journal.read("ann").state is State.GRADED


def test_an_internal_error_is_kept_with_its_reason(journal):
    journal.write("ann", Record.of(INTERNAL_ERROR))
    record = journal.read("ann")
    assert (record.state, record.result) == (State.FAILED, INTERNAL_ERROR.result)


def test_once_it_is_recorded_the_measurements_stay(journal):
    journal.write("ann", Record.of(GRADED).recorded())
    assert journal.read("ann") == Record(
        State.RECORDED, seconds=2.5, peak_memory_mib=210.5, worker="host, process 1"
    )


DAMAGED = {
    "cut off": "{",
    "not a record": "[]",
    "no state": "{}",
    "unknown state": '{"state": "lost"}',
    "no result": '{"state": "graded", "notebook": {}}',
    "not a result": '{"state": "failed", "result": {"score": 1}}',
    "a result that is text": '{"state": "failed", "result": "graded"}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_is_named_with_what_to_do(journal, text):
    journal.folder.mkdir(parents=True)
    (journal.folder / "ann.json").write_text(text)
    with pytest.raises(ConfigError, match=r"ann.json is damaged .* delete it"):
        journal.read("ann")


def test_a_graded_submission_needs_its_notebook():
    with pytest.raises(ValueError, match="needs its notebook"):
        Record(State.GRADED, RESULT)


def test_a_submission_without_a_result_has_nothing_to_record():
    with pytest.raises(ValueError, match="due"):
        Record(State.DUE).graded()


def test_a_second_run_is_refused(journal, tmp_path):
    with (
        journal.lock(),
        pytest.raises(ConfigError, match=r"process \d+ is grading this class already"),
        Journal(tmp_path, "dropout").lock(),
    ):
        pass


def test_the_lock_is_free_after_a_run(journal, tmp_path):
    with journal.lock():
        pass
    with Journal(tmp_path, "dropout").lock():
        pass


def test_a_log_grows(journal):
    journal.log("ann", "one\ntwo")
    journal.log("ann", "three")
    lines = journal.log_path("ann").read_text().splitlines()
    assert [line.split()[-1] for line in lines] == ["one", "two", "three"]


def test_a_file_is_replaced_and_no_draft_is_left(tmp_path):
    (tmp_path / "page.html").write_text("old")
    write_durably(tmp_path / "page.html", b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("page.html", "new")]
