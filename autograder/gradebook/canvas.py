"""nbgrader's gradebook as a CSV file that Canvas imports.

    nbgrader export --exporter=autograder.gradebook.canvas.CanvasExportPlugin

Canvas identifies students by its own id, their SIS id or their login, and assignments by the column's header.
`roster` is a list that Canvas has exported; without it, nbgrader's student ids are used as logins.
"""

from __future__ import annotations

import csv
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Unicode

IDENTITY = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")  # the columns that Canvas expects
POSSIBLE = "Points Possible"  # marks the row of maximum scores


class CanvasExportPlugin(ExportPlugin):
    """Writes a CSV file for the import on Canvas's page "Grades"."""

    roster = Unicode("", help="CSV file that Canvas has exported; only its students are written.").tag(
        config=True
    )
    columns = Dict(
        help="Header of an assignment's column in Canvas, by nbgrader's name: {'hw1': 'Homework 1 (1234)'}."
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write each score less its late penalty; the cell of a student without a submission stays empty."""
        wanted = [a for a in gradebook.assignments if not self.assignment or a.name in self.assignment]
        names = [assignment.name for assignment in wanted]
        header = [*IDENTITY, *(self.columns.get(name, name) for name in names)]
        possible = [f"    {POSSIBLE}", *[""] * (len(IDENTITY) - 1), *(a.max_score for a in wanted)]
        with Path(self.to or "canvas.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerow(possible)
            for identity, student in self._students(gradebook):
                writer.writerow([*identity, *(_score(gradebook, name, student) for name in names)])

    def _students(self, gradebook: Gradebook) -> list[tuple[list[str], str]]:
        """Return each student's first columns, and id in the gradebook."""
        known = {student.id: student for student in gradebook.students}
        if self.roster:
            rows = [row for row in _read(self.roster) if row["SIS Login ID"] in known]
            found = [([row.get(key, "") for key in IDENTITY], row["SIS Login ID"]) for row in rows]
        else:
            found = [([_name(student), "", "", student.id, ""], student.id) for student in known.values()]
        return [entry for entry in found if not self.student or entry[1] in map(str, self.student)]


def _read(path: str) -> list[dict[str, str]]:
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if POSSIBLE not in row["Student"]]


def _name(student: Student) -> str:
    names = [part for part in (student.last_name, student.first_name) if part]
    return ", ".join(names) or student.id


def _score(gradebook: Gradebook, assignment: str, student: str) -> float | str:
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return ""
    return max(0.0, float(submission.score - submission.late_submission_penalty))
