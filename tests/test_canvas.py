"""nbgrader's gradebook as a CSV file that Canvas imports."""

import csv
import datetime

import pytest
from nbgrader.api import Gradebook

from autograder.gradebook.canvas import CanvasExportPlugin
from autograder.gradebook.environment import path_with_scripts

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MIDNIGHT = datetime.datetime(2026, 1, 1)


# about nbgrader's own sessions
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """A gradebook with two assignments and three students, of whom two have submitted the first one."""
    path = tmp_path_factory.mktemp("course") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path_with_scripts())
        book = Gradebook(f"sqlite:///{path}")
    with book:
        for name in ("hw1", "hw2"):
            book.add_assignment(name, duedate=MIDNIGHT)
            book.add_notebook("p", name)
            book.add_grade_cell("test", "p", name, max_score=15, cell_type="code")
        book.add_student("ann", first_name="Ann", last_name="Lee")
        book.add_student("ben")
        book.add_student("cat", last_name="Poe")
        for student, points in (("ann", 12.5), ("cat", 15)):
            book.add_submission("hw1", student, timestamp=MIDNIGHT)
            book.find_submission_notebook("p", "hw1", student).late_submission_penalty = 20.0 * (
                student == "cat"
            )
            book.find_grade("test", "p", "hw1", student).auto_score = points
        book.db.commit()
        yield book


@pytest.fixture
def export(gradebook, tmp_path):
    """Return a function that exports with these settings and reads the rows."""

    def rows(**settings):
        CanvasExportPlugin(to=str(tmp_path / "canvas.csv"), **settings).export(gradebook)
        with (tmp_path / "canvas.csv").open(newline="") as file:
            return list(csv.reader(file))

    return rows


def row_of(login, rows):
    (row,) = (row for row in rows if row[3] == login)
    return row


def test_the_header_is_canvas_s(export):
    assert export()[0] == [*HEADER, "hw1", "hw2"]


def test_columns_are_named_as_canvas_names_them(export):
    assert export(columns={"hw1": "Homework 1 (77)"})[0] == [*HEADER, "Homework 1 (77)", "hw2"]


def test_the_second_row_has_the_maximum_scores(export):
    assert export()[1] == ["    Points Possible", "", "", "", "", "15.0", "15.0"]


def test_students_are_found_by_their_login(export):
    assert row_of("ann", export()) == ["Lee, Ann", "", "", "ann", "", "12.5", ""]


def test_a_student_without_a_name_has_the_id_in_its_place(export):
    assert row_of("ben", export()) == ["ben", "", "", "ben", "", "", ""]


def test_a_late_penalty_takes_no_score_below_zero(export):
    assert row_of("cat", export()) == ["Poe", "", "", "cat", "", "0.0", ""]


def test_one_assignment_can_be_exported(export):
    assert export(assignment=["hw2"])[0] == [*HEADER, "hw2"]


def test_one_student_can_be_exported(export):
    assert [row[3] for row in export(student=["ben"])[2:]] == ["ben"]


def test_a_roster_of_canvas_s_is_filled_in(export, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(
        f"{','.join(HEADER)},hw1\n"
        "    Points Possible,,,,,15\n"
        '"Lee, Ann",101,s1,ann,A,\n'
        '"Zed, Zoe",102,s2,zoe,A,\n'
    )
    assert export(roster=str(roster))[2:] == [["Lee, Ann", "101", "s1", "ann", "A", "12.5", ""]]
