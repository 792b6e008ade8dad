"""A kernel in the real sandbox: it runs cells, is interrupted, and says how it died."""

import pytest
from kernels import failure, printed

from autograder.errors import SandboxError
from autograder.kernel.launch import start_kernel
from autograder.limits import MIB, Limits

pytestmark = pytest.mark.kernel

LIMITS = Limits(call=3, cell=5, memory=600, disk=64, processes=100)
IGNORES_INTERRUPTS = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"


@pytest.fixture
def kernel(tmp_path):
    (tmp_path / "files").mkdir()
    with start_kernel(tmp_path / "files", None, LIMITS) as kernel:
        yield kernel


def test_outputs_come_back(kernel):
    assert printed(kernel, "print(6 * 7)") == "42\n"


def test_a_loop_is_a_timeout(kernel):
    assert failure(kernel, "while True: pass", 1) == ("timeout", "it did not finish within 1 s")


def test_a_loop_is_interrupted_and_the_kernel_lives(kernel):
    kernel.run_cell("while True: pass", 1)
    assert printed(kernel, "print('alive')") == "alive\n"


def test_a_loop_that_ignores_interrupts_is_killed(kernel):
    assert failure(kernel, IGNORES_INTERRUPTS, 1)[0] == "timeout"
    assert not kernel.alive


def test_an_error_is_not_the_kernels_death(kernel):
    assert failure(kernel, "1 / 0") == ("raised", "the cell stopped with an error")


def test_an_exit_code_is_named(kernel):
    assert failure(kernel, "import os; os._exit(7)") == ("died", "the kernel died with exit code 7")


def test_output_over_the_limit_is_dropped(kernel):
    text = printed(kernel, "for _ in range(300): print('x' * 10_000)", 20)
    assert len(text) < MIB + 200
    assert "the rest of this cell's output was dropped" in text


def test_a_notebook_may_have_less_output_than_a_cell(kernel):
    outputs, _ = kernel.run_cell("print('x' * 10_000)", 10, max_characters=2000)
    assert sum(len(output.text) for output in outputs) < 2200


def test_the_agent_answers(kernel):
    kernel.install_agent(0)
    kernel.run_cell("def double(x): return 2 * x", 10)
    call = {
        "op": "call",
        "target": ["double", []],
        "args": [21],
        "kwargs": {},
        "settings": [],
        "returns": "value",
    }
    reply, _ = kernel.request(call, [])
    assert reply["value"] == 42


def test_a_kernel_that_is_dead_does_not_take_the_agent(kernel):
    kernel.process.end()
    with pytest.raises(SandboxError, match="the agent could not be installed"):
        kernel.install_agent(0)
