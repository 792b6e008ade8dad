"""The trusted side of a call into the student's process."""

from __future__ import annotations

from typing import Any, Protocol

from autograder.errors import SubmissionError
from autograder.kernel import codec
from autograder.kernel.batch import Batch, Pending
from autograder.kernel.codec import Ref, Returns, Settings, function_name
from autograder.kernel.reasons import explain

MAX_FATAL_CALLS = 2  # a function that hung or killed its kernel this often is not called again


class Channel(Protocol):
    """What carries a request to an agent and its reply back."""

    def request(self, content: dict[str, Any], buffers: list[bytes]) -> tuple[Any, list[Any]]:
        """Return the agent's reply and its buffers; raise SubmissionError if none comes."""


class Student:
    """The student's functions and objects, as the checks see them.

    Parameters
    ----------
    channel : Channel
        Leads to an agent in the student's kernel.
    source : str
        All code of the notebook: messages to the student may quote a line of it.

    Attributes
    ----------
    changed : set of str
        The functions that changed an argument in place (which costs no points).
    """

    def __init__(self, channel: Channel, source: str = ""):
        self._channel = channel
        self._own_lines = {line.strip() for line in source.splitlines()}
        self._fatal_calls: dict[str, int] = {}
        self.changed: set[str] = set()

    def call(
        self,
        target: str | Ref,
        *args: Any,
        returns: Returns = "array",
        settings: Settings = (),
        **kwargs: Any,
    ) -> Any:
        """Call a function of the student's.

        Parameters
        ----------
        target : str or Ref
            The function's name in the notebook, or a `Ref` to a method.
        *args, **kwargs
            Arrays, JSON scalars, lists, tuples, dicts, NumPy scalar types, and `Ref`.
        returns : str or tuple of str
            What it is to return: "array", "arrays" (a dict of arrays), "value" (a JSON scalar), "kept"
            (anything; it stays in the kernel, and the call returns a `Ref` to it), or a tuple of these.
        settings : sequence of (Ref, dict)
            Dicts of the student's that are updated in place before the call, and with what. They travel in
            the same message, since each message takes the kernel two milliseconds, whatever is in it.

        Raises
        ------
        SubmissionError
            If the function is missing, raises, hangs, or returns something else; of the kind "unusable" if
            a dict cannot be updated.
        """
        ref = target if isinstance(target, Ref) else Ref(target)
        buffers: list[bytes] = []
        request = codec.encode_call(ref, args, kwargs, returns, settings, buffers)
        return self._request(request, buffers, ref, returns)

    def read(self, ref: Ref, returns: Returns = "array") -> Any:
        """Return the object at a reference, as `returns` says; raise SubmissionError if there is none."""
        request = {"op": "read", "target": codec.encode_ref(ref), "returns": returns}
        return self._request(request, [], ref, returns)

    def begin(self, seed: int) -> None:
        """Release every kept object, and seed NumPy's global generator in the student's kernel."""
        self._request({"op": "begin", "seed": seed}, [], Ref("np.random.seed"), "value")

    def run(self, source: str) -> None:
        """Run the course's own source text in the notebook's namespace."""
        self._request({"op": "run", "source": source}, [], Ref("the course's code"), "value")

    def carry_out(self, batch: Batch) -> None:
        """Carry out a batch; each of its requests then has its result or its error.

        Nothing is raised: if the batch does not end well, that is the error of each request.
        """
        names = {pending.name for pending in batch.pending}
        try:
            for name in names:
                self._require_callable(name)
            outcomes = self._exchange(batch)
        except SubmissionError as error:
            self._count_fatal(error, names)
            outcomes = [error] * len(batch.pending)
        for pending, outcome in zip(batch.pending, outcomes, strict=True):
            pending.settle(outcome)

    def _exchange(self, batch: Batch) -> list[Any]:
        """Return the value of each request of a batch, or a SubmissionError in its place."""
        reply, data = self._channel.request(batch.request(), batch.buffers)
        replies = self._value(reply, "the notebook's kernel", batch.pending[0].returns)
        if not isinstance(replies, list) or len(replies) != len(batch.pending):
            raise codec.malformed()
        unused = codec.numbered(data)
        return [
            self._outcome(each, pending, unused) for each, pending in zip(replies, batch.pending, strict=True)
        ]

    def _outcome(self, reply: Any, pending: Pending, unused: dict[int, Any]) -> Any:
        try:
            value = self._value(reply, pending.name, pending.returns)
            return codec.decode_part(value, pending.returns, unused)
        except SubmissionError as error:
            return error

    def _request(self, request: dict[str, Any], buffers: list[bytes], ref: Ref, returns: Returns) -> Any:
        name = function_name(ref)
        self._require_callable(name)
        try:
            reply, data = self._channel.request(request, buffers)
            return codec.decode(self._value(reply, name, returns), returns, data)
        except SubmissionError as error:
            self._count_fatal(error, {name})
            raise

    def _value(self, reply: Any, name: str, returns: Returns) -> Any:
        """Return the encoded value in a reply; raise the SubmissionError that it describes instead."""
        match reply:
            case {"error": dict(details)}:
                raise explain(details, name, returns, self._own_lines)
            case {"value": value, "changed": list(changed)}:
                if changed:
                    self.changed.add(name)
                return value
        raise codec.malformed()

    def _require_callable(self, name: str) -> None:
        """Raise SubmissionError if a function has hung or killed its kernel too often."""
        if self._fatal_calls.get(name, 0) >= MAX_FATAL_CALLS:
            raise SubmissionError(
                f"{name} hung or killed the kernel twice and is not called again", "timeout"
            )

    def _count_fatal(self, error: SubmissionError, names: set[str]) -> None:
        """Count a call of each function, if it ended in a timeout or the kernel's death."""
        if error.kind in ("timeout", "died"):
            for name in names:
                self._fatal_calls[name] = self._fatal_calls.get(name, 0) + 1
