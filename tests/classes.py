"""A small course whose class grades in seconds, and what its gradebook says."""

import json
import shutil
from pathlib import Path

import nbformat
import sqlalchemy
from processes import run

from autograder.demo.answering import reference_answers

ROOT = Path(__file__).parents[1]
REFERENCE = reference_answers(ROOT / "source/dropout/dropout.ipynb")["dropout_forward"]
DROPPING = REFERENCE.replace('dropout_param["p"]', '(1 - dropout_param["p"])')
ANSWERS = {
    "ann": REFERENCE,
    "ben": DROPPING,
    "cat": None,  # not answered
    "dora": "def dropout_forward(x, dropout_param):\n    import os\n    os._exit(1)",
    "eve": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nprint(15.0)",
    "fay": REFERENCE + "\n\nimport sys\nsys.stderr.write('noise')",
}
WRITTEN = "I think that it does: the gap closes."
PARTS = ("dropout_forward", "test_dropout_forward", "dropout_as_regularizer")
GRADES = """
SELECT s.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade
FROM grade g JOIN base_cell c ON g.cell_id = c.id
JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id
ORDER BY s.student_id, c.name"""
SUBMISSIONS = """
SELECT s.student_id, s.timestamp, n.late_submission_penalty
FROM submitted_assignment s JOIN submitted_notebook n ON n.assignment_id = s.id ORDER BY s.student_id"""
COMMENTS = """
SELECT s.student_id, c.name, m.auto_comment
FROM comment m JOIN base_cell c ON m.cell_id = c.id
JOIN submitted_notebook n ON m.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id
ORDER BY s.student_id, c.name"""


def make_course(folder, config=""):
    """Make a course of one exercise and one written answer, released."""
    notebook = nbformat.read(ROOT / "source/dropout/dropout.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in PARTS]
    notebook.cells = [nbformat.v4.new_code_cell("import numpy as np", id="numpy"), *cells]
    (folder / "source/dropout").mkdir(parents=True)
    nbformat.write(notebook, folder / "source/dropout/dropout.ipynb")
    own = (ROOT / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(f"{own}\nc.Limits.threads = 1\nc.Limits.call = 2\n{config}\n")
    done = run(folder, "nbgrader", "generate_assignment", "dropout")
    assert done.returncode == 0, done.stderr
    return folder


def submit(folder, student, answer, when=None):
    """Submit an answer to the exercise, or bytes that need not be a notebook."""
    path = folder / "submitted" / student / "dropout" / "dropout.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(answer, bytes):
        path.write_bytes(answer)
        return
    notebook = nbformat.read(folder / "release/dropout/dropout.ipynb", as_version=4)
    for cell in notebook.cells:
        if answer and cell.metadata.get("nbgrader", {}).get("grade_id") == "dropout_forward":
            cell.source = answer
        elif answer and cell.metadata.get("nbgrader", {}).get("grade_id") == "dropout_as_regularizer":
            cell.source = WRITTEN
    nbformat.write(notebook, path)
    if when:
        path.with_name("timestamp.txt").write_text(when)


def submit_all(folder, students=tuple(ANSWERS)):
    """Submit these answers, and a file that is not a notebook."""
    for student in students:
        submit(folder, student, ANSWERS[student])
    submit(folder, "gus", b'{"cells": [')


def grade_class(folder, *options):
    return run(folder, "autograder", "class", "dropout", *options)


def gradebook(folder, url=None):
    """Return everything in the gradebook that a person or a program would look at."""
    engine = sqlalchemy.create_engine(url or f"sqlite:///{folder}/gradebook.db")
    try:
        with engine.connect() as connection:
            queries = (GRADES, SUBMISSIONS, COMMENTS)
            return [tuple(row) for query in queries for row in connection.execute(sqlalchemy.text(query))]
    finally:
        engine.dispose()


def set_manual_score(folder, student, score):
    """Grade the written answer, as formgrader does."""
    engine = sqlalchemy.create_engine(f"sqlite:///{folder}/gradebook.db")
    statement = """
    UPDATE grade SET manual_score = :score WHERE id IN (
        SELECT g.id FROM grade g JOIN base_cell c ON g.cell_id = c.id
        JOIN submitted_notebook n ON g.notebook_id = n.id
        JOIN submitted_assignment s ON n.assignment_id = s.id
        WHERE s.student_id = :student AND c.name = 'dropout_as_regularizer')"""
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(statement), {"score": score, "student": student})
    engine.dispose()


def results(folder):
    """Return each student's results.json, times aside."""
    found = {}
    for path in sorted(folder.glob("autograded/*/dropout/results.json")):
        result = json.loads(path.read_text())
        del result["execution_time"]
        found[path.parents[1].name] = result
    return found


def copy_course(folder, to):
    """Copy a course's folder, whose files may be read-only."""
    shutil.copytree(folder, to)
    return to
