"""What README and docs tell people to type is run here, in a copy of the repository.

A fenced block marked `sh` is run with bash and must succeed. Where that cannot be, the line above it says so:

    <!-- not run: why -->

and a test that is skipped for this reason lists it. `tests/test_console.py` runs the blocks marked `console`.
Blocks in other languages are not commands, and every block has a language.
"""

import doctest
import os
import re
import shutil
import subprocess

import pytest
from conftest import ROOT
from documents import DOCS, blocks, copy_repository

from autograder.checks.dropout.images import generate
from autograder.gradebook.environment import path_with_scripts

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)")
COMMANDS = [block for path in DOCS for block in blocks(path, "sh")]


@pytest.fixture(scope="module")
def images(course, tmp_path_factory):
    return generate(course, tmp_path_factory.mktemp("images") / "generated")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the repository with one student's submission, in the gradebook's place and beside it."""
    folder = copy_repository(tmp_path_factory.mktemp("clone"))
    for place in ("submitted/alice/dropout", "alice"):
        (folder / place).mkdir(parents=True)
        shutil.copy(ROOT / "release/dropout/dropout.ipynb", folder / place)
    return folder


@pytest.mark.kernel
@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.where)
def test_a_command_of_the_docs_works(block, clone, images):
    if block.excuse:
        pytest.skip(f"not run: {block.excuse}")
    own = {
        "PATH": path_with_scripts(),
        "CIFAR10_DIR": str(images),
        "XDG_CACHE_HOME": str(images.parent / "cache"),
    }
    command = ["bash", "-euo", "pipefail", "-c", block.text]
    done = subprocess.run(command, cwd=clone, env=os.environ | own, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_block_says_what_it_is(path):
    assert [block.where for block in blocks(path) if not block.language] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    targets = LINK.findall(path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_picture_is_small():
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert pictures
    assert max(picture.stat().st_size for picture in pictures) < 100_000


def test_the_examples_of_mask_recovery():
    failed, tried = doctest.testfile(str(ROOT / "docs/mask-recovery.md"), module_relative=False)
    assert tried > 20
    assert failed == 0
