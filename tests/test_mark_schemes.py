"""Mark schemes above written answers, and their removal."""

from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.gradebook.mark_schemes import add_mark_schemes, remove_mark_schemes

NAME = "dropout_as_regularizer"


def notebook():
    answer = new_markdown_cell("It does.", id="answer", metadata={"nbgrader": {"grade_id": NAME}})
    return new_notebook(cells=[new_markdown_cell("Text.", id="text"), answer])


def test_a_mark_scheme_is_above_its_answer(course):
    nb = notebook()
    add_mark_schemes(nb, course)
    assert [cell.id for cell in nb.cells] == ["text", f"scheme-{NAME}", "answer"]


def test_a_mark_scheme_has_the_text_of_the_course(course):
    nb = notebook()
    add_mark_schemes(nb, course)
    (scheme,) = (cell.scheme for cell in course.cells if cell.grade_id == NAME)
    assert nb.cells[1].source.endswith(scheme)


def test_removing_mark_schemes_restores_the_notebook(course):
    nb = notebook()
    add_mark_schemes(nb, course)
    remove_mark_schemes(nb)
    assert nb == notebook()
