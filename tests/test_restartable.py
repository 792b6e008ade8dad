"""The kernel of one notebook: replaced when it dies, and not used after the deadline."""

import pytest
from fake_kernel import FakeProcess

from autograder.errors import SubmissionError
from autograder.kernel.restartable import MAX_KERNELS, RestartableKernel


class FakeKernel:
    """A kernel that notes what it is asked for."""

    def __init__(self, peak_memory):
        self.process = FakeProcess()
        self.process.peak_memory = peak_memory
        self.first_object, self.timeout_s = None, None

    @property
    def alive(self):
        return self.process.alive

    def install_agent(self, first_object):
        self.first_object = first_object

    def run_cell(self, source, timeout_s, max_characters):
        self.timeout_s = timeout_s
        return [], None

    def request(self, content, buffers):
        return content, buffers

    def close(self):
        self.process.end()


@pytest.fixture
def started():
    """The kernels that have been started, in order."""
    return []


@pytest.fixture
def kernel_of(started):
    """Return a function that makes a restartable kernel; each kernel of it uses less memory than the last."""

    def start():
        started.append(FakeKernel(peak_memory=100 - len(started)))
        return started[-1]

    return lambda timeout_s=60: RestartableKernel(start, timeout_s)


def test_there_is_none_before_the_first_start(kernel_of, started):
    assert not kernel_of().alive
    assert started == []


def test_a_request_without_a_kernel_is_refused(kernel_of):
    with pytest.raises(SubmissionError, match="the kernel is dead") as caught:
        kernel_of().request({}, [])
    assert caught.value.kind == "died"


def test_a_request_is_carried_to_the_kernel(kernel_of):
    kernel = kernel_of()
    kernel.restart()
    assert kernel.request({"op": "call"}, [b"x"]) == ({"op": "call"}, [b"x"])


def test_a_kernel_that_died_is_replaced(kernel_of, started):
    kernel = kernel_of()
    kernel.restart()
    started[0].process.end()
    assert not kernel.alive
    kernel.restart()
    assert kernel.alive


def test_a_restart_closes_the_kernel_before(kernel_of, started):
    kernel = kernel_of()
    kernel.restart()
    kernel.restart()
    assert [each.alive for each in started] == [False, True]


def test_objects_of_two_kernels_have_different_numbers(kernel_of, started):
    kernel = kernel_of()
    kernel.restart()
    kernel.restart()
    assert started[1].first_object - started[0].first_object == 1_000_000


def test_a_notebook_has_only_so_many_kernels(kernel_of):
    kernel = kernel_of()
    for _ in range(MAX_KERNELS):
        kernel.restart()
    with pytest.raises(SubmissionError, match=f"killed {MAX_KERNELS} kernels") as caught:
        kernel.restart()
    assert caught.value.kind == "died"


def test_no_request_is_carried_after_the_deadline(kernel_of):
    kernel = kernel_of(timeout_s=0)
    kernel.restart()
    with pytest.raises(SubmissionError, match="the submission used up its 0 minutes") as caught:
        kernel.request({}, [])
    assert caught.value.kind == "timeout"


def test_a_cell_has_no_more_time_than_the_submission(kernel_of, started):
    kernel = kernel_of(timeout_s=60)
    kernel.restart()
    kernel.run_cell("pass", 1000, 10)
    assert 0 < started[0].timeout_s <= 60


def test_the_peak_of_all_kernels_is_kept(kernel_of):
    kernel = kernel_of()
    kernel.restart()
    kernel.restart()
    kernel.close()
    assert kernel.peak_memory == 100
