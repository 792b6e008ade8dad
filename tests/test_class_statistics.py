"""The statistics of a class."""

from made_up_class import CLASS, SWAPPED, row

from autograder.checking.class_page import ClassPageExtension, Finding, FindingKind
from autograder.feedback.class_statistics import CheckRate, ClassStatistics, MisconceptionCount
from autograder.results import CheckResult

STATISTICS = ClassStatistics(CLASS)


class FindsBorderline(ClassPageExtension):
    def findings(self, row):
        return [Finding(FindingKind.BORDERLINE, "close")] if row.student == "ann" else []


def test_a_check_s_rate_is_of_graded_submissions():
    assert STATISTICS.check_rates() == [CheckRate("test_forward", "outputs", "Outputs.", 0.5)]


def test_the_hardest_check_comes_first():
    easy, hard = CheckResult("easy", "passed"), CheckResult("hard", "failed")
    rates = ClassStatistics((row("ann", easy, hard),)).check_rates()
    assert [(rate.check, rate.share) for rate in rates] == [("hard", 1), ("easy", 0)]


def test_a_misconception_counts_students():
    twice = ClassStatistics(
        (row("ann", SWAPPED, CheckResult("b", "failed", 1, "", "", "keep_and_drop_swapped")),)
    )
    assert [count.students for count in twice.misconceptions()] == [1]


def test_a_misconception_has_an_example_of_what_was_said():
    assert STATISTICS.misconceptions() == [MisconceptionCount("keep_and_drop_swapped", 2, SWAPPED.message)]


def test_an_internal_error_has_no_score():
    assert STATISTICS.scores == [15, 0, 0, 15, 0]


def test_what_to_review_comes_by_kind():
    found = STATISTICS.to_review(FindsBorderline())
    assert [(item.student, item.finding.kind) for item in found] == [
        ("fay", FindingKind.INTERNAL_ERROR),
        ("eve", FindingKind.UNUSABLE),
        ("ann", FindingKind.BORDERLINE),
    ]


def test_an_unusable_submission_is_reviewed_with_its_reason():
    (item,) = ClassStatistics((row("eve", status="unusable", output="it is empty"),)).to_review(
        ClassPageExtension()
    )
    assert item.finding == Finding(FindingKind.UNUSABLE, "it is empty")
