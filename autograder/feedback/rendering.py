"""Rendering the pages' templates, with everything escaped that is put into them."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.feedback import words


def render(template: str, **fields: object) -> str:
    """Return a template of the folder `templates` with its fields filled in."""
    return _environment().get_template(template).render(fields)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "finding_word": words.FINDING_WORDS.__getitem__,
        "mark": words.CHECK_MARKS.__getitem__,
        "percent": "{:.0%}".format,
        "points": words.points,
        "short_cell": words.short_cell,
        "spaced": words.spaced,
        "svg_uri": _svg_uri,
    }
    return environment


def _svg_uri(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
