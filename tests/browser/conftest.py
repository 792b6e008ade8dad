"""Fixtures of the browser tests: they run where Chromium and Playwright are."""

import shutil
from pathlib import Path

import pytest
from conftest import not_found

from browser.lab import SETTLED

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
# A sandbox of its own needs rights that root and many containers lack; the other flags keep it off the network.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # MathJax, which some pages want
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark the tests of this folder: all need a browser, and JupyterLab starts kernels."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.kernel)


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        not_found("browser", "apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    page.set_default_timeout(SETTLED)
    yield page
    page.close()


@pytest.fixture(scope="session")
def images(course, tmp_path_factory):
    """A small generated image set, which a network learns in seconds."""
    from autograder.checks.dropout.images import generate

    return generate(course, tmp_path_factory.mktemp("images") / "generated")
