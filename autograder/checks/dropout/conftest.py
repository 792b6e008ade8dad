"""Fixtures of this assignment's checks."""

import pytest


@pytest.fixture
def exam(data):
    """The images and labels that X is measured on: `X_val y_val X_held_out y_held_out`, read-only."""
    return data.exam
