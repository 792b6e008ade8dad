"""Sanitising: each released cell once, in its role, with the released metadata."""

import json

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.submission.submission import Submission, purpose_of


@pytest.fixture
def change(released, course, tmp_path):
    """Return a function that changes the released notebook's cells, submits it and reads it."""

    def read(edit):
        copy = nbformat.from_dict(released)
        copy.cells = edit(copy.cells) or copy.cells
        path = tmp_path / "dropout.ipynb"
        path.write_text(json.dumps(copy))
        return Submission.read(path, course)

    return read


def place(submission, grade_id):
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in submission.notebook.cells]
    assert names.count(grade_id) == 1
    return names.index(grade_id)


def find(cells, grade_id):
    return next(cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_the_released_notebook_needs_no_repair(change, released):
    submission = change(lambda cells: None)
    assert submission.notes == ()
    assert [cell.source for cell in submission.notebook.cells] == [cell.source for cell in released.cells]


def test_an_edited_test_cell_is_restored(change, course):
    def edit(cells):
        find(cells, "test_dropout_forward").source = "pass"

    submission = change(edit)
    cell = submission.notebook.cells[place(submission, "test_dropout_forward")]
    assert cell.source == course.select(("test_dropout_forward",))[0].source
    assert submission.notes == ("The cell test_dropout_forward had been edited; it was graded as released.",)


def test_a_deleted_test_cell_is_restored_after_its_exercise(change):
    submission = change(lambda cells: [c for c in cells if c is not find(cells, "test_dropout_forward")])
    forward, test = place(submission, "dropout_forward"), place(submission, "test_dropout_forward")
    assert forward < test < place(submission, "dropout_backward")


def test_a_test_cell_moved_to_the_front_comes_after_its_exercise(change):
    def edit(cells):
        test = find(cells, "test_dropout_forward")
        return [test, *(cell for cell in cells if cell is not test)]

    submission = change(edit)
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")


def test_a_cell_added_below_an_answer_runs_before_the_checks(change):
    def edit(cells):
        added = nbformat.v4.new_code_cell("helper = 1")
        i = cells.index(find(cells, "dropout_forward"))
        return [*cells[: i + 1], added, *cells[i + 1 :]]

    submission = change(edit)
    added = next(i for i, cell in enumerate(submission.notebook.cells) if cell.source == "helper = 1")
    assert added < place(submission, "test_dropout_forward")


def test_a_copied_cell_counts_once_the_last_time(change):
    def edit(cells):
        copy = nbformat.from_dict(find(cells, "dropout_forward"))
        copy.source = "second = 2"
        return [*cells, copy]

    submission = change(edit)
    assert submission.notebook.cells[place(submission, "dropout_forward")].source == "second = 2"
    assert "There were several cells dropout_forward; the last one counts." in submission.notes


def test_stripped_metadata_is_recovered_by_cell_id(change):
    def edit(cells):
        for cell in cells:
            cell.metadata = {}

    submission = change(edit)
    assert submission.notes == ()
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")


def test_points_and_tags_come_from_the_course(change):
    def edit(cells):
        find(cells, "test_accuracy").metadata.nbgrader.points = 1000
        find(cells, "train").metadata.tags = ["for-nothing"]

    submission = change(edit)
    cells = submission.notebook.cells
    assert cells[place(submission, "test_accuracy")].metadata.nbgrader.points == 30
    assert purpose_of(cells[place(submission, "train")]) == "test_accuracy"


def test_a_cell_added_below_the_training_serves_it_too(change):
    def edit(cells):
        i = cells.index(find(cells, "train"))
        return [*cells[: i + 1], nbformat.v4.new_code_cell("more = 1"), *cells[i + 1 :]]

    submission = change(edit)
    added = next(cell for cell in submission.notebook.cells if cell.source == "more = 1")
    assert purpose_of(added) == "test_accuracy"


def test_cell_ids_are_made_unique(change):
    def edit(cells):
        for cell in cells:
            cell.id = "same"

    submission = change(edit)
    ids = [cell.id for cell in submission.notebook.cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(submission.notebook)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_html_tag_in_an_answer_becomes_text(change, kind):
    text = "a < b, $x<1$ <script>x</script> <img src=x onerror=y> <!-- c -->"

    def edit(cells):
        return [*cells, {"cell_type": kind, "metadata": {}, "source": text, "id": "added"}]

    added = next(cell for cell in change(edit).notebook.cells if cell.id == "added")
    assert added.source == "a < b, $x<1$ < script>x< /script> < img src=x onerror=y> < !-- c -->"


def strip(cells):
    for cell in cells:
        cell.metadata = {}
        cell.pop("id", None)


def test_without_metadata_and_ids_cells_are_recognised_by_their_text(change):
    submission = change(strip)
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")
    assert place(submission, "fc_net") < place(submission, "test_fc_net_forward")


def test_a_rewritten_answer_is_recognised_by_what_it_defines(change):
    def edit(cells):
        find(cells, "dropout_backward").source = "import math\n\ndef dropout_backward(dout, cache):\n    pass"
        strip(cells)

    submission = change(edit)
    assert "import math" in submission.notebook.cells[place(submission, "dropout_backward")].source


def test_another_assignments_notebook_is_refused_with_a_reason(change):
    def edit(cells):
        return [nbformat.v4.new_code_cell("def attention(q, k, v): pass")]

    with pytest.raises(SubmissionError, match="No cell answers an exercise of dropout"):
        change(edit)


def test_reversed_cells_are_graded_in_the_released_order(change):
    submission = change(lambda cells: cells[::-1])
    assert place(submission, "dropout_forward") < place(submission, "test_dropout_forward")
