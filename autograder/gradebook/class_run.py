"""A class: what there is to grade, and how a result gets from a worker into the gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Course, find_root, read_config
from autograder.errors import SubmissionError
from autograder.gradebook.journal import Journal, sync
from autograder.gradebook.roster import HandedIn, Roster, matches
from autograder.grading.batch import Graded, failed, grade_one
from autograder.grading.options import DEFAULT_SEED, GradingOptions
from autograder.grading.provenance import checks_digest
from autograder.grading.workers import run
from autograder.results import Result

if TYPE_CHECKING:
    from distributed import Client

    from autograder.gradebook.writer import Bookkeeper


@dataclass(frozen=True)
class Plan:
    """What a run has to do.

    Attributes
    ----------
    done : tuple of Result
        Of unchanged submissions, which are skipped.
    to_record : tuple of HandedIn
        Graded by a run that was cut off, and not in the gradebook yet.
    to_grade : tuple of HandedIn
    """

    done: tuple[Result, ...]
    to_record: tuple[HandedIn, ...]
    to_grade: tuple[HandedIn, ...]

    def __len__(self) -> int:
        return len(self.to_record) + len(self.to_grade)


class Classroom:
    """The submissions of an assignment of the course around a folder.

    Parameters
    ----------
    start : Path
        The folder from which the course is looked for.
    """

    def __init__(self, assignment: str, start: Path):
        root = find_root(start)
        self.config = read_config(root)
        self.course = Course.load(assignment, root)
        self.journal = Journal(root, assignment)
        self.roster = Roster(self.course, self.config)
        self._checks = checks_digest(self.course)

    def plan(self, students: tuple[str, ...] = (), force: bool = False) -> Plan:
        """Return what is to be done for these students, or all.

        `force` marks the submissions on disk before the first is graded, so that a run that is cut off
        goes on where it was, with `force` or without.
        """
        chosen = self.roster.select(students)
        if force and not any(self._state(h) == "due" for h in chosen):
            for handed_in in chosen:
                self.journal.write(handed_in.student, {"state": "due"})
        parts: dict[str, list[Any]] = {"done": [], "to_record": [], "to_grade": []}
        for handed_in in chosen:
            part, entry = self._part(handed_in)
            parts[part].append(entry)
        return Plan(**{part: tuple(entries) for part, entries in parts.items()})

    def _state(self, handed_in: HandedIn) -> str:
        return self.journal.read(handed_in.student).get("state", "")

    def _part(self, handed_in: HandedIn) -> tuple[str, Any]:
        record = self.journal.read(handed_in.student)
        state = record.get("state")
        if state == "graded" and matches(record["result"], handed_in, self._checks):
            return "to_record", handed_in
        if state in (None, "recorded") and not handed_in.is_newer():
            result = handed_in.read_result()
            if matches(result, handed_in, self._checks):
                return "done", Result.from_json(result)
        return "to_grade", handed_in

    def job(self, **settings: Any) -> GradingOptions:
        """Return how this course's configuration wants submissions to be graded."""
        own = self.config.GradeInSandbox
        found = {
            "seed": own.get("seed", DEFAULT_SEED),
            "sandboxed": own.get("sandbox", True),
            "checks_sha256": self._checks,
        }
        return GradingOptions(self.course, **{**found, **settings})

    def grade(self, plan: Plan, job: GradingOptions, client: Client | None) -> Iterator[Result]:
        """Do what a plan says.

        Parameters
        ----------
        client : Client or None
            None where there is nothing to grade, only to record.

        Yields
        ------
        Result
            As each is in the gradebook; internal errors, which are not, too.
        """
        from autograder.gradebook.writer import Bookkeeper

        books = Bookkeeper(Path(self.course.root), self.course.assignment, self.config)
        for handed_in in plan.to_record:
            yield self._record(books, handed_in, _stored(self.journal.read(handed_in.student)))
        for handed_in, outcome in self._outcomes(plan, job, client):
            name = f"{handed_in.student}/{self.course.assignment}"
            graded = outcome if isinstance(outcome, Graded) else failed(job, name, outcome)
            graded = replace(graded, result=replace(graded.result, submission=name))
            self._keep(handed_in.student, graded)
            if graded.result.status == "internal_error":
                yield graded.result
            else:
                yield self._record(books, handed_in, graded)

    def _outcomes(
        self, plan: Plan, job: GradingOptions, client: Client | None
    ) -> Iterator[tuple[HandedIn, Any]]:
        """Grade what can be read on the workers, and what cannot, here, where it lies."""
        from autograder.submission.reading import read_bytes

        unreadable = []

        def tasks() -> Iterator[tuple[HandedIn, tuple]]:
            for handed_in in plan.to_grade:
                try:
                    content = read_bytes(handed_in.notebook)
                except SubmissionError:
                    unreadable.append(handed_in)
                else:
                    yield handed_in, (job, str(handed_in.notebook), content)

        if plan.to_grade:
            yield from run(client, tasks(), grade_one)
        for handed_in in unreadable:
            yield handed_in, grade_one(job, str(handed_in.notebook))

    def _keep(self, student: str, graded: Graded) -> None:
        """Put a worker's result where it survives us."""
        result = graded.result
        state = "failed" if result.status == "internal_error" else "graded"
        record = {"state": state, "result": result.to_json(), "notebook": graded.notebook}
        self.journal.write(student, record | _measured(graded))
        self.journal.log(student, _story(graded))

    def _record(self, books: Bookkeeper, handed_in: HandedIn, graded: Graded) -> Result:
        """Take a result into the gradebook; where that fails, it is tried again by the next run."""
        from autograder.gradebook.writer import NotRecorded
        from autograder.grading.grade import internal_error

        student = handed_in.student
        try:
            self.journal.log(student, books.record(student, graded))
        except NotRecorded as error:
            self.journal.log(student, str(error))
            reason = f"graded, but nbgrader could not record it: see {self.journal.log_path(student)}"
            return internal_error(graded.result.submission, self.course.tests, reason)
        for path in (handed_in.result, handed_in.graded / handed_in.notebook.name, handed_in.graded):
            sync(path)
        self.journal.write(student, {"state": "recorded"} | _measured(graded))
        return graded.result


def _measured(graded: Graded) -> dict[str, Any]:
    return {
        "seconds": round(graded.result.execution_time, 3),
        "peak_memory": round(graded.result.peak_memory, 1),
        "worker": graded.worker,
    }


def _stored(record: dict[str, Any]) -> Graded:
    result = replace(Result.from_json(record["result"]), peak_memory=record["peak_memory"])
    return Graded(result, record["notebook"], record["worker"])


def _story(graded: Graded) -> str:
    """Return what a log says of a grading."""
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
