"""A Result as nbgrader shows it: outputs of the test cells, and a summary at the top of the notebook.

nbgrader's feedback page is written for wide screens; the summary brings what a phone needs.
"""

from __future__ import annotations

from html import escape

from autograder.feedback.words import CHECK_MARKS, points
from autograder.results import CellResult, CheckResult, Result

# The colours have a contrast of 5 or more on white; marks and words say the same without them.
HEAD = """<meta name="viewport" content="width=device-width, initial-scale=1"><style>
.ag{font:15px/1.45 sans-serif;max-width:50em;overflow-wrap:anywhere}
.ag h2{font-size:1.4em;margin:.2em 0 .5em}
.ag-cell{border-top:1px solid #ccc;padding:.5em 0}
.ag-cell>b{float:right}
.ag-check{margin:.35em 0;padding-left:1.5em;text-indent:-1.5em}
.ag-check>*{text-indent:0}
.ag .passed{color:#176b2c}.ag .failed{color:#a4161a}
.ag-name{background:#fdecea;border-radius:.3em;padding:0 .4em;white-space:nowrap}
.input_area,.output_area,.output_subarea,pre{overflow-x:auto;max-width:100%}
div.inner_cell,div.output_wrapper,div.output,div.output_subarea{min-width:0}
img{max-width:100%;height:auto}
td,th{padding:.1em .6em;vertical-align:top}
@media(max-width:700px){div.prompt{display:none!important}.container{padding:0 4px!important}
div.nbgrader_cell .panel-heading{height:auto!important}.panel-body{padding:4px!important}
table{display:block;overflow-x:auto}}
</style>"""


def summary_html(result: Result) -> str:
    """Return the top of a feedback page: every score, and the reasons where points were lost."""
    head = f"<h2>Graded by the checks: {points(result.score or 0)} of {points(result.max_score)} points</h2>"
    cells = "".join(_summary_of(cell) for cell in result.tests)
    advice = "".join(f"<li>{escape(line)}</li>" for line in result.output.splitlines())
    more = "<p>All checks stand below each test cell. A written answer is graded by a person.</p>"
    body = f"{head}{cells}{f'<ul>{advice}</ul>' if advice else ''}{more}"
    return f'{HEAD}<div class="ag">{body}</div>'


def _summary_of(cell: CellResult) -> str:
    """Return a line for a cell, and one for each check of it that failed."""
    passed = sum(check.status == "passed" for check in cell.checks)
    count = f" ({passed} of {len(cell.checks)} checks passed)" if cell.checks else ""
    status = "passed" if cell.passed else "failed"
    name = f'<a href="#{escape(cell.name)}">{escape(cell.name)}</a>{count}'
    score = f"<b>{points(cell.score)} / {points(cell.max_score)}</b>"
    line = f'{score}<span class="{status}">{CHECK_MARKS[status]}</span> {name}'
    reasons = "".join(_check_html(check) for check in cell.checks if check.status != "passed")
    return f'<div class="ag-cell">{line}{_notes_html(cell)}{reasons}</div>'


def cell_html(cell: CellResult) -> str:
    """Return what a test cell's output says: its points, and every check."""
    head = f"<p><b>{points(cell.score)} of {points(cell.max_score)} points</b></p>"
    checks = "".join(_check_html(check) for check in cell.checks)
    return f'<div class="ag">{head}{_notes_html(cell)}{checks}</div>'


def _notes_html(cell: CellResult) -> str:
    """Return what concerns the cell as a whole."""
    return "".join(f"<p>{escape(note)}</p>" for note in cell.notes)


def _check_html(check: CheckResult) -> str:
    mark = f'<span class="{escape(check.status)}">{CHECK_MARKS[check.status]}</span>'
    name = (check.misconception or "").replace("_", " ")
    label = f' <span class="ag-name">{escape(name)}</span>' if name else ""
    message = f"<br>{escape(check.message)}" if check.message else ""
    return f'<div class="ag-check">{mark} <b>{escape(check.about)}</b>{label}{message}</div>'
