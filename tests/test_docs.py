"""The worked examples in the documentation are run."""

import doctest
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_the_examples_of_mask_recovery():
    failed, tried = doctest.testfile(str(DOCS / "mask-recovery.md"), module_relative=False)
    assert tried > 20
    assert failed == 0
