"""The result of grading one submission: frozen records, to and from JSON.

The JSON is Gradescope's results.json with a `submission`, a `status` and `extra_data` added.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal["graded", "unusable", "internal_error"]
CheckStatus = Literal["passed", "failed", "error"]

RESULTS_FILE = "results.json"


@dataclass(frozen=True)
class Measurement:
    """A figure that a check measured, and the interval in which it passes.

    Attributes
    ----------
    name : str
        What was measured, such as "fraction kept at p = 0.3".
    value : float or None
        None if the figure is not finite.
    low, high : float or None
        The ends of the interval, both included; None for an open end.
    unit : str
        "" for a pure number.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""

    @property
    def passed(self) -> bool:
        """Whether the value lies in the interval."""
        if self.value is None:
            return False
        return (self.low is None or self.low <= self.value) and (self.high is None or self.value <= self.high)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Measurement:
        return cls(**data)


@dataclass(frozen=True)
class CheckResult:
    """The verdict of one hidden check.

    Attributes
    ----------
    id : str
        The check's name within its cell, such as "keeps_a_fraction_p".
    about : str
        One line: what was checked.
    message : str
        Why it failed, in words that a student can act on; "" if it passed.
    misconception : str or None
        The name of the recognised misconception.
    weight : int
        The check's share of its cell's points, relative to the cell's other checks.
    measured : tuple of Measurement
        The figures that the verdict follows from.
    """

    id: str
    status: CheckStatus
    weight: int = 1
    about: str = ""
    message: str = ""
    misconception: str | None = None
    measured: tuple[Measurement, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status,
            "weight": self.weight,
            "about": self.about,
            "message": self.message,
            "misconception": self.misconception,
            "measured": [measurement.to_json() for measurement in self.measured],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CheckResult:
        measured = tuple(Measurement.from_json(entry) for entry in data["measured"])
        return cls(**data | {"measured": measured})


@dataclass(frozen=True)
class CellResult:
    """The score of one graded test cell, in points, and the checks that it follows from.

    Attributes
    ----------
    output : str
        Everything that the student is told about the cell.
    notes : tuple of str
        What concerns the cell as a whole, whichever checks failed.
    """

    name: str
    score: float
    max_score: float
    checks: tuple[CheckResult, ...] = ()
    output: str = ""
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.score == self.max_score

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "status": "passed" if self.passed else "failed",
            "output": self.output,
            "extra_data": {"notes": list(self.notes), "checks": [check.to_json() for check in self.checks]},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CellResult:
        checks = tuple(CheckResult.from_json(check) for check in data["extra_data"]["checks"])
        notes = tuple(data["extra_data"].get("notes", ()))
        return cls(data["name"], data["score"], data["max_score"], checks, data["output"], notes)


@dataclass(frozen=True)
class Result:
    """The result of grading one submission.

    Attributes
    ----------
    submission : str
        The path exactly as it was given.
    status : str
        "graded"; "unusable" if the submission cannot run (zero for every cell); or "internal_error" if
        the grader failed (no score).
    max_score : float
        The points of the cells graded.
    execution_time : float
        Seconds.
    output : str
        The reason if the submission was not graded; else notes that cost no points.
    extra_data : dict
        `provenance`, and what the assignment's checks recorded, by name.
    peak_memory : float
        The most memory that the sandbox used, in MiB; not part of the JSON.
    """

    submission: str
    status: Status
    max_score: float
    tests: tuple[CellResult, ...] = ()
    output: str = ""
    execution_time: float = 0.0
    extra_data: dict[str, Any] = field(default_factory=dict)
    peak_memory: float = 0.0

    @property
    def score(self) -> float | None:
        """The points; None after an internal error."""
        if self.status == "internal_error":
            return None
        return float(sum(cell.score for cell in self.tests))

    def cell(self, name: str) -> CellResult:
        """Return the result of the cell `name`; raise KeyError if it was not graded."""
        for cell in self.tests:
            if cell.name == name:
                return cell
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        return {
            "submission": self.submission,
            "status": self.status,
            "score": self.score,
            "max_score": self.max_score,
            "execution_time": round(self.execution_time, 3),
            "output": self.output,
            "tests": [cell.to_json() for cell in self.tests],
            "extra_data": self.extra_data,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Result:
        return cls(
            submission=data["submission"],
            status=data["status"],
            max_score=data["max_score"],
            tests=tuple(CellResult.from_json(cell) for cell in data["tests"]),
            output=data["output"],
            execution_time=data["execution_time"],
            extra_data=data["extra_data"],
        )


def results_text(results: Sequence[Result]) -> str:
    """Return the content of a results.json: one record, or a list of several."""
    records = [result.to_json() for result in results]
    return json.dumps(records if len(records) > 1 else records[0], indent=2) + "\n"
