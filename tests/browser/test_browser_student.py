"""A student's way through the released notebook, in JupyterLab in a browser."""

import shutil

import pytest
from conftest import ROOT

from browser.lab import TRAINED, Notebook, server, shoot

# The exercise that a check stops at in an unanswered notebook: backward cannot be judged without forward
STOPS_AT = {
    "test-dropout-forward": 1,
    "test-dropout-backward": 1,
    "test-fc-net-forward": 3,
    "test-fc-net-backward": 3,
    "train-small": 3,
    "train": 5,
    "test-accuracy": 5,
}
CHECKS = [name for name in STOPS_AT if name.startswith("test-")]
FIGURES = ["masks", "activations", "plot-small"]
MISSING = "Exercise {} is not written yet; this cell needs it."
WRITTEN = "Yes: the gap between training and validation accuracy is smaller with $p = 0.6$."


@pytest.fixture(scope="module")
def unanswered(page, images, tmp_path_factory):
    """The released notebook, every cell run once from the top; `shown` is what stood below each."""
    folder = tmp_path_factory.mktemp("student")
    shutil.copytree(ROOT / "release/dropout", folder / "dropout")
    with server(folder / "dropout", tmp_path_factory.mktemp("home"), CIFAR10_DIR=str(images)) as address:
        notebook = Notebook(page, address, "dropout.ipynb")
        shoot(page, "student-opens")
        notebook.shown = {name: notebook.run(name) for name in notebook.cells("code")}
        notebook.run("test-dropout-forward")
        shoot(page, "student-unanswered")
        yield notebook


@pytest.fixture(scope="module")
def answered(unanswered, reference):
    """The same notebook with the reference's answers typed in, one by one, and every cell run again."""
    notebook = unanswered
    answers = {name.replace("_", "-"): text for name, text in reference.items()}
    answers["train"] = answers["train"].replace("num_epochs=20", "num_epochs=2")  # generated images are easy
    notebook.shown = {}
    for name in notebook.cells("code"):
        if name in answers:
            notebook.type(name, answers[name])
        notebook.shown[name] = notebook.run(name, TRAINED)
        if name in ("test-dropout-forward", "plot-small", "test-accuracy"):
            shoot(notebook.page, f"student-{name}")
    notebook.render("answer", WRITTEN)
    notebook.save()
    return notebook


def test_every_equation_renders(unanswered):
    page, sources = unanswered.page, unanswered.sources("markdown")
    wanted = sum(text.count("$$") // 2 + text.replace("$$", "").count("$") // 2 for text in sources)
    assert page.locator(".jp-RenderedMarkdown mjx-container").count() == wanted
    assert page.locator("mjx-merror, .MathJax_Error").count() == 0


def test_every_table_renders(unanswered):
    text = unanswered.page.locator(".jp-RenderedMarkdown").all_inner_texts()
    wanted = sum(source.count("\n|---|---") for source in unanswered.sources("markdown"))
    assert unanswered.page.locator(".jp-RenderedMarkdown table").count() == wanted
    assert not [words for words in text if "|---" in words]


def test_an_unanswered_notebook_names_each_missing_exercise(unanswered):
    for name, number in STOPS_AT.items():
        assert unanswered.shown[name].strip().split("\n")[-1] == MISSING.format(number)
    assert not [name for name, shown in unanswered.shown.items() if "Traceback" in shown]


def test_answers_turn_each_check_green(answered):
    for name in CHECKS[:4]:
        assert answered.shown[name].strip().endswith("all visible checks passed")
    assert "30 of 30 points" in answered.shown["test-accuracy"]


def test_no_answered_cell_fails(answered):
    assert not [name for name, shown in answered.shown.items() if "Error" in shown or "not written" in shown]


def test_every_figure_renders(answered):
    drawn = answered.page.locator(".jp-OutputArea-output img")
    sizes = drawn.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert len(sizes) == len(FIGURES)
    assert min(sizes) > 300


def test_the_written_answer_renders(answered):
    assert answered.cell("answer").locator("mjx-container").count() == 1


def test_the_validate_button_says_that_all_passes(answered):
    page = answered.page
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=TRAINED)
    shoot(page, "student-validate")
    assert "Success! Your notebook passes all the tests." in dialog.inner_text()
