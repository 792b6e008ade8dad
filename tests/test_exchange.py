"""From release to returned feedback through nbgrader's exchange, and what learning platforms give and take."""

import csv
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from classes import DROPPING, REFERENCE, grade_class, gradebook, make_course, results
from processes import run

# nbgrader's own commands import for two seconds each, two dozen times
pytestmark = [pytest.mark.kernel, pytest.mark.slow]
STUDENTS = {"ann": REFERENCE, "ben": DROPPING}


def answer(folder, source):
    path = folder / "dropout/dropout.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "dropout_forward":
            cell.source = source
    nbformat.write(notebook, path)


def step(folder, *arguments, user="teacher"):
    """Run an nbgrader command as somebody, and insist that it works."""
    done = run(folder, "as_user", user, *arguments, PYTHONPATH=str(Path(__file__).parent))
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def returned(tmp_path_factory):
    """The folders of two students after the whole round, and the course's."""
    base = tmp_path_factory.mktemp("exchange")
    exchange = base / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    settings = f"c.Exchange.root = {str(exchange)!r}\nc.ExchangeCollect.check_owner = False"
    course = make_course(base / "course", settings)
    step(course, "release_assignment", "dropout")
    for student, source in STUDENTS.items():
        home = base / student
        home.mkdir()
        cache = f"\nc.Exchange.cache = {str(base / ('cache-' + student))!r}"
        config = f"c = get_config()\nc.CourseDirectory.course_id = 'deep-learning'\n{settings}{cache}\n"
        (home / "nbgrader_config.py").write_text(config)
        step(home, "fetch_assignment", "dropout", user=student)
        answer(home, source)
        step(home, "submit", "dropout", user=student)
    step(course, "collect", "dropout")
    assert grade_class(course, "--jobs", "2").returncode == 0
    step(course, "generate_feedback", "dropout")
    step(course, "release_feedback", "dropout")
    for student in STUDENTS:
        step(base / student, "fetch_feedback", "dropout", user=student)
    return base


def test_everybody_s_submission_is_graded(returned):
    assert sorted(results(returned / "course")) == ["ann", "ben"]
    assert results(returned / "course")["ann"]["score"] == 15


@pytest.mark.parametrize(("student", "text"), [("ann", "15 of 15"), ("ben", "probability of dropping")])
def test_feedback_comes_back_with_reasons(returned, student, text):
    (page,) = (returned / student).rglob("feedback/*/dropout.html")
    assert text in page.read_text()


def test_nbgrader_exports_the_scores(returned):
    step(returned / "course", "export")
    rows = list(csv.DictReader((returned / "course/grades.csv").read_text().splitlines()))
    assert {row["student_id"]: float(row["score"]) for row in rows}["ann"] == 15


def test_canvas_gets_its_own_columns(returned):
    course = returned / "course"
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Dropout (77)\n"
    (course / "roster.csv").write_text(
        f'{head}    Points Possible,,,,,25\n"Lee, Ann",101,s1,ann,A,\n"Poe, Zed",102,s2,zed,A,\n'
    )
    options = [
        "--exporter=autograder.gradebook.canvas.CanvasExportPlugin",
        "--CanvasExportPlugin.roster=roster.csv",
        "--CanvasExportPlugin.columns=dropout=Dropout (77)",
    ]
    step(course, "export", *options)
    head, possible, ann = csv.reader((course / "canvas.csv").read_text().splitlines())
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Dropout (77)"]
    assert (possible[0].strip(), possible[-1]) == ("Points Possible", "25.0")
    assert ann == ["Lee, Ann", "101", "s1", "ann", "A", "15.0"]


def test_a_platform_s_download_is_collected(returned, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(returned / "course", course)
    shutil.rmtree(course / "submitted")
    archive = course / "downloaded/dropout/archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "all.zip", "w") as file:
        file.write(returned / "ann/dropout/dropout.ipynb", "cleo_attempt_2026-01-31-12-00-00_dropout.ipynb")
    pattern = r"^.*/(?P<student_id>\w+?)_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>.*)$"
    step(course, "zip_collect", "dropout", f"--FileNameCollectorPlugin.named_regexp={pattern}")
    assert grade_class(course, "--jobs", "1").returncode == 0
    assert ("cleo", "test_dropout_forward", 15.0, None, False) in gradebook(course)
