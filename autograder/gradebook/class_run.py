"""Grading a class: what there is to grade, and how each result gets from a worker into the gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Course, find_root, read_config
from autograder.errors import SubmissionError
from autograder.gradebook.journal import Journal, Record, State, sync
from autograder.gradebook.roster import Roster, Submitted
from autograder.grading.batch import Graded, failed, grade_one
from autograder.grading.options import DEFAULT_SEED, GradingOptions
from autograder.grading.provenance import checks_digest
from autograder.grading.workers import run
from autograder.results import Result

if TYPE_CHECKING:
    from distributed import Client

    from autograder.checking.assignment import PreparedData
    from autograder.gradebook.writer import GradebookWriter


@dataclass(frozen=True)
class Plan:
    """What a run has to do.

    Attributes
    ----------
    unchanged : tuple of Result
        The results of submissions that need nothing done.
    to_record : tuple of Submitted
        Submissions that an interrupted run has graded and not recorded in the gradebook.
    to_grade : tuple of Submitted
    """

    unchanged: tuple[Result, ...]
    to_record: tuple[Submitted, ...]
    to_grade: tuple[Submitted, ...]

    @property
    def size(self) -> int:
        """The number of submissions to grade or to record."""
        return len(self.to_record) + len(self.to_grade)


class ClassRun:
    """Grades the submissions of an assignment into nbgrader's gradebook.

    Parameters
    ----------
    start : Path
        A folder in the course.
    """

    def __init__(self, assignment: str, start: Path):
        root = find_root(start)
        self.config = read_config(root)
        self.course = Course.load(assignment, root)
        self.journal = Journal(root, assignment)
        self.roster = Roster(self.course, self.config)
        self._checks_sha256 = checks_digest(self.course)

    def plan(self, students: tuple[str, ...] = (), force: bool = False) -> Plan:
        """Return what is to be done for these students, all by default.

        `force` marks every submission as due before the first is graded. So an interrupted run resumes
        where it was, with `force` or without.
        """
        chosen = self.roster.select(students)
        if force:
            self._mark_due(chosen)
        unchanged, to_record, to_grade = [], [], []
        for submitted in chosen:
            record = self.journal.read(submitted.student)
            if record.state is State.GRADED and submitted.matches(record.result, self._checks_sha256):
                to_record.append(submitted)
            elif result := self._unchanged_result(record, submitted):
                unchanged.append(result)
            else:
                to_grade.append(submitted)
        return Plan(tuple(unchanged), tuple(to_record), tuple(to_grade))

    def _mark_due(self, chosen: list[Submitted]) -> None:
        """Mark submissions as due, unless an interrupted run has done so."""
        if any(self.journal.read(submitted.student).state is State.DUE for submitted in chosen):
            return
        for submitted in chosen:
            self.journal.write(submitted.student, Record(State.DUE))

    def _unchanged_result(self, record: Record, submitted: Submitted) -> Result | None:
        """Return the recorded result of a submission, None if it has none or has changed since."""
        if record.state not in (State.NEW, State.RECORDED) or submitted.has_new_timestamp():
            return None
        result = submitted.read_result()
        return result if submitted.matches(result, self._checks_sha256) else None

    def options(self, data: PreparedData | None = None) -> GradingOptions:
        """Return how this course's configuration wants submissions to be graded."""
        settings = self.config.GradeInSandbox
        return GradingOptions(
            self.course,
            data,
            seed=settings.get("seed", DEFAULT_SEED),
            sandboxed=settings.get("sandbox", True),
            checks_sha256=self._checks_sha256,
        )

    def grade(self, plan: Plan, options: GradingOptions, client: Client | None) -> Iterator[Result]:
        """Carry out a plan.

        Parameters
        ----------
        client : Client or None
            None if the plan has nothing to grade.

        Yields
        ------
        Result
            When it is in the gradebook, or at once after an internal error.
        """
        from autograder.gradebook.writer import GradebookWriter

        writer = GradebookWriter(Path(self.course.root), self.course.assignment, self.config)
        for submitted in plan.to_record:
            yield self._record(writer, submitted, self.journal.read(submitted.student).graded())
        if client is None:
            return
        for submitted, outcome in self._outcomes(plan, options, client):
            name = f"{submitted.student}/{self.course.assignment}"
            graded = outcome if isinstance(outcome, Graded) else failed(options, name, outcome)
            graded = replace(graded, result=replace(graded.result, submission=name))
            self.journal.write(submitted.student, Record.of(graded))
            self.journal.log(submitted.student, _log_entry(graded))
            if graded.result.status == "internal_error":
                yield graded.result
            else:
                yield self._record(writer, submitted, graded)

    def _outcomes(
        self, plan: Plan, options: GradingOptions, client: Client
    ) -> Iterator[tuple[Submitted, Graded | Exception]]:
        """Grade on the workers; a file that cannot be read, which they cannot see, is graded here."""
        from autograder.submission.reading import read_bytes

        unreadable = []

        def tasks() -> Iterator[tuple[Submitted, tuple[Any, ...]]]:
            for submitted in plan.to_grade:
                try:
                    content = read_bytes(submitted.notebook)
                except SubmissionError:
                    unreadable.append(submitted)
                else:
                    yield submitted, (options, str(submitted.notebook), content)

        yield from run(client, tasks(), grade_one)
        for submitted in unreadable:
            yield submitted, grade_one(options, str(submitted.notebook))

    def _record(self, writer: GradebookWriter, submitted: Submitted, graded: Graded) -> Result:
        """Write a result to the gradebook; if that fails, the next run tries again."""
        from autograder.gradebook.writer import NotRecordedError
        from autograder.grading.grade import internal_error

        student = submitted.student
        try:
            self.journal.log(student, writer.record(student, graded))
        except NotRecordedError as error:
            self.journal.log(student, str(error))
            reason = f"graded, but nbgrader could not record it: see {self.journal.log_path(student)}"
            return internal_error(graded.result.submission, self.course.tests, reason)
        for path in (submitted.result, submitted.graded / submitted.notebook.name, submitted.graded):
            sync(path)
        self.journal.write(student, Record.of(graded).recorded())
        return graded.result


def _log_entry(graded: Graded) -> str:
    """Return what the log says of a graded submission: its score and every check that failed."""
    result = graded.result
    lines = [
        f"{result.status} by {graded.worker or 'no worker'} in {result.execution_time:.1f} s, "
        f"{result.peak_memory:.0f} MiB at most",
        *result.output.splitlines(),
    ]
    for cell in result.tests:
        lines.append(f"{cell.name}: {cell.score:g} of {cell.max_score:g}")
        lines += [f"  {c.status}: {c.id} {c.message}" for c in cell.checks if c.status != "passed"]
    return "\n".join(lines)
