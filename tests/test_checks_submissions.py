"""Every file in tests/submissions gets the verdict that its header states, and a message fit for a student."""

import re

import pytest
from answers import FUNCTION_CELLS, answers, failures, judge, judge_training, points

from autograder.checks.dropout.misconceptions import CATALOGUE
from autograder.kernel.codec import Ref

pytestmark = pytest.mark.thorough

WRONG = [answer for answer in answers() if not answer.passes]
SLIPS = ("p_means_drop", "test_mode_without_a_mask", "backward_unscaled")
# A measured fraction, an entry of an array: three decimals or more
SECRET = re.compile(r"\d\.\d{3}|array\(|assert|autograder|Traceback|nan\b")


def cells_of(answer):
    """Return the test cells of what a file replaces; the others are the reference's."""
    layers, network = FUNCTION_CELLS[:2], FUNCTION_CELLS[2:]
    return (layers if answer.cells.keys() - {"fc_net"} else ()) + (
        network if "fc_net" in answer.cells else ()
    )


def require_verdict(answer, verdicts):
    assert failures(verdicts) == answer.fails
    for checks in verdicts.values():
        for check in checks:
            assert not SECRET.search(check.message), check.message
            assert len(check.message) < 600


@pytest.mark.parametrize("answer", answers(), ids=lambda answer: answer.id)
def test_verdict(answer):
    assert answer.passes or answer.fails, "the header names no verdict"
    verdicts, _ = judge(answer.cells, only=cells_of(answer))
    require_verdict(answer, verdicts)


@pytest.mark.parametrize("answer", answers(trains=True), ids=lambda answer: answer.id)
def test_verdict_on_training(answer):
    verdicts, context = judge_training(answer.cells)
    assert failures(verdicts) == answer.fails
    assert context.records["accuracy"]["score"] == (1 if answer.passes else 0)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_dropout_costs_the_network_nothing(name):
    answer = next(answer for answer in WRONG if answer.path.stem == name)
    verdicts, context = judge(answer.cells)
    assert points(verdicts, "test_fc_net_forward") == points(verdicts, "test_fc_net_backward") == 15
    assert "correct dropout in place of yours" in context.notes["test_fc_net_backward"][0]


def test_the_stand_in_leaves_with_the_check():
    answer = next(answer for answer in WRONG if answer.path.stem == "p_means_drop")
    _, context = judge(answer.cells)
    assert "(1 - p)" in answer.cells["dropout_forward"]
    where = Ref("dropout_forward").attr("__code__").attr("co_filename")
    assert context.student_at("test_fc_net_forward").read(where, "value") == "<dropout_forward>"


def test_each_check_says_what_it_checks_and_weighs_a_point():
    verdicts, _ = judge({})
    for cell in FUNCTION_CELLS:
        assert sum(check.weight for check in verdicts[cell]) == 15
        assert all(check.about.endswith(".") and not check.message for check in verdicts[cell])


def test_the_same_seed_gives_the_same_messages():
    answer = next(answer for answer in WRONG if answer.path.stem == "net_on_the_scores")
    first, second = (judge(answer.cells, only=FUNCTION_CELLS[2:], seed=5)[0] for _ in range(2))
    assert first == second


def test_there_are_enough_of_them():
    every = answers() + answers(trains=True)
    assert sum(answer.passes for answer in every) >= 25
    assert sum(not answer.passes for answer in every) >= 60
    assert {name for answer in every for name in answer.fails.values()} - {None} == set(CATALOGUE)
