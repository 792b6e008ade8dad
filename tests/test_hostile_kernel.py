"""Whatever a kernel replies, a request ends with a value of an allowed type or with a reason."""

import tempfile

import pytest
from fake_kernel import FakeKernel, FakeProcess, frame, message

from autograder.errors import SubmissionError
from autograder.kernel import codec
from autograder.kernel.kernel import Kernel
from autograder.kernel.wire import Wire
from autograder.kernel.zmtp import MORE
from autograder.limits import Limits


@pytest.fixture
def talk(monkeypatch):
    """Return a function that asks a fake kernel for an array, and returns it or the kind of the failure."""
    monkeypatch.setattr("autograder.kernel.kernel.INTERRUPT_TIMEOUT_S", 0.1)

    def ask(answer, outputs=b"", timeout_s=60):  # long, if an answer comes: the machine may be busy
        with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:
            fake = FakeKernel(folder, answer, outputs)
            wire = Wire(fake.address, {"shell": 0, "iopub": 1}, b"key")
            try:
                with Kernel(FakeProcess(), wire, Limits(call=timeout_s)) as kernel:
                    reply, buffers = kernel.request({"op": "call"}, [bytes(10)])
                return codec.decode(reply.get("value"), "array", buffers)
            except SubmissionError as error:
                return error.kind
            finally:
                fake.close()

    return ask


def right(request, value=None):
    return message({"value": value or {"$array": [0, "<f8", [2]]}}, request, buffers=[bytes(16)])


def test_a_right_answer_is_taken(talk):
    assert talk(right).tolist() == [0, 0]


NONSENSE = {
    "nothing": (lambda request: b"", "timeout"),
    "hang_up": (lambda request: None, "died"),
    "not_frames": (lambda request: b"\xff" * 100, "died"),
    "half_a_frame": (lambda request: right(request)[:-3], "timeout"),
    "no_delimiter": (lambda request: frame(b"a", MORE) + frame(b"b"), "timeout"),
    "no_json": (
        lambda request: b"".join(frame(b"<IDS|MSG>", MORE) for _ in range(6)) + frame(b"{"),
        "timeout",
    ),
    "another_request": (lambda request: right("of-another"), "timeout"),
    "parent_of_another_type": (lambda request: message({}, [request]), "timeout"),
    "content_without_value": (lambda request: message({"status": "ok"}, request), "returned"),
    "forged_index": (lambda request: right(request, {"$array": [5, "<f8", [2]]}), "returned"),
    "negative_shape": (lambda request: right(request, {"$array": [0, "<f8", [-2]]}), "returned"),
    "objects": (lambda request: right(request, {"$array": [0, "|O", [2]]}), "returned"),
    "a_list": (lambda request: right(request, [[[1]]]), "returned"),
    "too_large": (lambda request: frame(b"", MORE) * 1200 + frame(b""), "returned"),
    "endless": (lambda request: frame(bytes(1000), MORE) * 3000, "timeout"),
}


@pytest.mark.parametrize(("answer", "kind"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_ends_with_a_reason(talk, answer, kind):
    assert talk(answer, timeout_s=0.5 if kind == "timeout" else 60) == kind


def test_a_flood_of_late_replies_does_not_hide_the_right_one(talk):
    assert talk(lambda request: right("of-another") * 3000 + right(request)).tolist() == [0, 0]


def test_a_flood_of_late_replies_does_not_extend_the_deadline(talk):
    assert talk(lambda request: right("of-another") * 20_000, timeout_s=0.5) == "timeout"


def test_a_flood_of_outputs_does_not_keep_a_reply_waiting(talk):
    flood = message({"name": "stdout", "text": "x" * 100}, "m", "stream") * 2000
    assert talk(right, flood).tolist() == [0, 0]
