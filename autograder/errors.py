"""The exception tree, which tells a student's faults from internal errors.

`SubmissionError` and `CheckFailed` cost points. `SandboxError` and `ConfigError` stop the grading of a
submission without a score.
"""

from typing import Literal

# How a submission failed:
# unusable    it is not a notebook of the assignment, or an object of it does not have the expected form
# missing     a name is not defined
# unanswered  a function raises NotImplementedError, as the released one does
# raised      code raised another exception
# returned    a function returned something else than was asked for
# timeout     code did not finish in time
# died        the kernel died, or had died before
FailureKind = Literal["unusable", "missing", "unanswered", "raised", "returned", "timeout", "died"]


class AutograderError(Exception):
    """Base of every error that this package raises on purpose."""


class ConfigError(AutograderError):
    """The course, the data or the command line is not usable as it is."""


class DataNotFoundError(ConfigError):
    """The data of an assignment was not found on this machine."""


class SandboxError(AutograderError):
    """The sandbox failed, for a reason that is not the student's."""


class SubmissionError(AutograderError):
    """The submission did something that cannot be graded.

    Parameters
    ----------
    message : str
        What happened, in a sentence that a student can act on.
    kind : FailureKind
    exception : str
        The name of the exception type that the student's code raised, "" for the other kinds.
    """

    def __init__(self, message: str, kind: FailureKind = "unusable", exception: str = ""):
        super().__init__(message)
        self.kind = kind
        self.exception = exception


class CheckFailed(AutograderError):
    """The verdict of a hidden check that an answer lacks a property.

    Parameters
    ----------
    message : str
        What was expected, what was found and what usually causes it.
    misconception : str or None
        The name of a recognised misconception.
    """

    def __init__(self, message: str, misconception: str | None = None):
        super().__init__(message)
        self.misconception = misconception
