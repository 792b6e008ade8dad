"""Rendering of templates."""

import pytest
from jinja2 import UndefinedError

from autograder.feedback.rendering import render


def test_a_missing_field_is_an_error():
    with pytest.raises(UndefinedError, match="'cell' is undefined"):
        render("test_cell.html")
