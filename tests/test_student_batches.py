"""Many requests in one message, in the kernel or in a fork of it."""

import os
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.errors import SubmissionError
from autograder.kernel.batch import Batch
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

SOURCE = """
import os
import numpy as np
calls = 0
def double(x):
    global calls
    calls += 1
    return 2 * x, {"x": x}
def undo(cache):
    return cache["x"]
def draw(n):
    return np.random.random(n)
def count():
    return calls
def note(settings):
    settings["seen"] = settings.get("seen", 0) + 1
    return settings["seen"]
def fails():
    raise ValueError
def leaves():
    os._exit(3)
def stops():
    raise KeyboardInterrupt
def prints(x):
    print(x)
    return x
"""
X = np.arange(6.0).reshape(2, 3)
BOTH = pytest.mark.parametrize("forked", [False, True], ids=["here", "forked"])


@pytest.fixture
def student(student_of):
    return student_of(SOURCE)


@BOTH
def test_results_in_order(student, forked):
    batch = Batch(5, forked)
    found = [batch.call("double", i * X, returns=("array", "kept")) for i in range(3)]
    student.carry_out(batch)
    for i, pending in enumerate(found):
        assert np.array_equal(pending.result()[0], 2 * i * X)


@BOTH
def test_a_request_refers_to_an_earlier_one(student, forked):
    batch = Batch(5, forked)
    first, second = (batch.call("double", i * X, returns=("array", "kept")) for i in (1, 2))
    back = [batch.call("undo", pending.ref.item(1)) for pending in (second, first)]
    student.carry_out(batch)
    assert np.array_equal(back[0].result(), 2 * X)
    assert np.array_equal(back[1].result(), X)


@BOTH
def test_held_objects_are_shared(student, forked):
    batch = Batch(5, forked)
    settings = batch.hold({"p": 0.5})
    found = [batch.call("note", settings.ref, returns="value") for _ in range(2)]
    student.carry_out(batch)
    assert [pending.result() for pending in found] == [1, 2]


@BOTH
def test_numpys_generator_is_seeded(student, forked):
    batch = Batch(5, forked)
    draws = batch.call("draw", 4)
    student.carry_out(batch)
    assert np.array_equal(draws.result(), np.random.RandomState(5).random(4))


@BOTH
def test_an_error_is_that_of_one_request_and_of_those_that_need_it(student, forked):
    batch = Batch(5, forked)
    fails, fine = batch.call("fails"), batch.call("double", X, returns=("array", "kept"))
    needs = batch.call("undo", fails.ref)
    student.carry_out(batch)
    assert np.array_equal(fine.result()[0], 2 * X)
    for pending in (fails, needs):
        with pytest.raises(SubmissionError, match="fails raised ValueError"):
            pending.result()


def test_a_fork_leaves_nothing_behind(student):
    for forked, count in ((True, 1), (True, 1), (False, 1), (True, 2)):
        batch = Batch(5, forked)
        batch.call("double", X, returns=("array", "kept"))
        counted = batch.call("count", returns="value")
        student.carry_out(batch)
        assert counted.result() == count


def test_a_batch_leaves_no_objects_behind(student):
    batch = Batch(5)
    pending = batch.call("double", X, returns=("array", "kept"))
    student.carry_out(batch)
    with pytest.raises(SubmissionError, match="object of an earlier call is gone"):
        student.read(pending.ref.item(0))


def test_a_fork_that_dies_takes_nothing_with_it(student):
    batch = Batch(5, forked=True)
    found = [batch.call("count", returns="value"), batch.call("leaves")]
    student.carry_out(batch)
    for pending in found:
        with pytest.raises(SubmissionError, match="has ended") as caught:
            pending.result()
        assert caught.value.kind == "died"
    assert student.call("count", returns="value") == 0


def test_an_interrupt_ends_the_whole_batch(student):
    batch = Batch(5)
    found = [batch.call("stops"), batch.call("count", returns="value")]
    student.carry_out(batch)
    for pending in found:
        with pytest.raises(SubmissionError) as caught:
            pending.result()
        assert caught.value.kind == "timeout"


def test_a_function_that_killed_two_batches_is_not_called_again(student):
    for _ in range(2):
        batch = Batch(5, forked=True)
        batch.call("leaves")
        student.carry_out(batch)
    batch = Batch(5)
    pending = batch.call("leaves")  # would end this process
    student.carry_out(batch)
    with pytest.raises(SubmissionError, match="not called again"):
        pending.result()


def test_what_a_fork_prints_is_dropped(student, capfd):
    batch = Batch(5, forked=True)
    pending = batch.call("prints", X)
    student.carry_out(batch)
    assert np.array_equal(pending.result(), X)
    assert capfd.readouterr() == ("", "")


def test_a_fork_is_gone_when_its_batch_is_done(student):
    batch = Batch(5, forked=True)
    batch.call("count", returns="value")
    student.carry_out(batch)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("reply", [{"value": [], "changed": []}, {"value": None, "changed": []}, {}, None])
def test_a_malformed_reply_is_the_error_of_every_request(reply):
    student = Student(SimpleNamespace(request=lambda content, buffers: (reply, [])))
    batch = Batch(5)
    pending = batch.read(Ref("calls"), "value")
    student.carry_out(batch)
    with pytest.raises(SubmissionError, match="not the value asked for"):
        pending.result()
