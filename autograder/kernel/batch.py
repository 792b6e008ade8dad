"""Many requests to the agent in one message, which takes a kernel two milliseconds whatever is in it."""

from __future__ import annotations

from typing import Any

from autograder.errors import SubmissionError
from autograder.kernel import codec
from autograder.kernel.codec import Ref, Settings


class Pending:
    """A request of a batch; its result is there once the batch has been carried out.

    Attributes
    ----------
    ref : Ref
        The result, for later requests of the same batch.
    name : str
        What is called, as a student would name it.
    """

    def __init__(self, number: int, name: str, returns: Any, needs: list[Pending]):
        self.ref = Ref(-number)
        self.name = name
        self.returns = returns
        self._needs = needs
        self._outcome: Any = SubmissionError("the batch was not carried out", "died")

    def settle(self, outcome: Any) -> None:
        """Take in the value, or the SubmissionError in place of one."""
        self._outcome = outcome

    def result(self) -> Any:
        """Return what was asked for; raise the error of this request, or of one that it refers to."""
        for needed in self._needs:
            needed.result()
        if isinstance(self._outcome, SubmissionError):
            raise self._outcome
        return self._outcome


class Batch:
    """Requests that are carried out in order, in one message.

    Parameters
    ----------
    seed : int
        What NumPy's global generator in the kernel is seeded with before the first.
    forked : bool
        Whether they are carried out in a fork of the kernel, of which nothing remains.
    """

    def __init__(self, seed: int, forked: bool = False):
        self.pending: list[Pending] = []
        self.buffers: list[bytes] = []
        self._requests: list[dict[str, Any]] = []
        self._seed = seed
        self._forked = forked

    def hold(self, value: Any) -> Pending:
        """Make an object that later calls share, a dict of settings for instance."""
        request = {"op": "hold", "value": codec.encode(value, self.buffers)}
        return self._add(request, "an object", "value", [])

    def call(
        self, target: str | Ref, *args: Any, returns: Any = "array", settings: Settings = (), **kwargs: Any
    ) -> Pending:
        """Call a function of the student's; see `Student.call`."""
        ref = target if isinstance(target, Ref) else Ref(target)
        request = codec.encode_call(ref, args, kwargs, returns, settings, self.buffers)
        return self._add(
            request, codec.function_name(ref), returns, [ref, *args, *(at for at, _ in settings)]
        )

    def read(self, ref: Ref, returns: Any = "array") -> Pending:
        """Read what stands at `ref`; see `Student.read`."""
        request = {"op": "read", "target": codec.encode_ref(ref), "returns": returns}
        return self._add(request, codec.function_name(ref), returns, [ref])

    def request(self) -> dict[str, Any]:
        """Return the message for the agent."""
        return {"op": "batch", "seed": self._seed, "forked": self._forked, "requests": self._requests}

    def _add(self, request: dict[str, Any], name: str, returns: Any, values: list[Any]) -> Pending:
        needs = [self.pending[-value.root - 1] for value in values if _in_batch(value)]
        self._requests.append(request)
        self.pending.append(Pending(len(self._requests), name, returns, needs))
        return self.pending[-1]


def _in_batch(value: Any) -> bool:
    return isinstance(value, Ref) and isinstance(value.root, int) and value.root < 0
