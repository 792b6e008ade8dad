"""The part of the grader that runs in the student's kernel: it calls their functions on request.

This file is sent to the kernel as text and imports nothing of this package. Nothing in it is secret, and none
of its replies are trusted: student code can replace it, so every reply is decoded and judged outside.

A request is a dict with an operation (`op`) and its arguments; arrays travel beside it as raw buffers. A
value is JSON, with these exceptions, each a dict with one key:

    {"$array": [index, dtype, shape]}   the buffer of that index
    {"$tuple": [...]}                   a tuple
    {"$dict": [[key, value], ...]}      a dict
    {"$dtype": "float64"}               a NumPy scalar type
    {"$ref": [root, steps]}             an object in this kernel: a global name (a string) or a kept object
                                        (a number; in a batch, -n is the n-th request's result), and the
                                        way from there
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

MAX_KEPT_OBJECTS = 10_000  # at once, for the trusted side; a check needs a few dozen
MAX_TRACEBACK_LINES = 20
MAX_CHARACTERS = 200  # of a line of code, and of a name
NAMED_MODULES = ("builtins", "numpy.exceptions", "numpy.linalg")  # whose exceptions a reply names
PORTABLE_KINDS = "biuf"  # booleans, integers, unsigned integers, floats

Json = dict[str, Any]
Work = Callable[[list[bytes]], Json]  # returns a reply, and appends its buffers to the list


class Agent:
    """Answers requests about the objects of one namespace.

    Parameters
    ----------
    namespace : dict
        The student's globals.
    first_object : int
        Kept objects are numbered from here, so that the numbers of another kernel are unknown in this one.
    """

    def __init__(self, namespace: dict[str, Any], first_object: int = 0):
        self.namespace = namespace
        self.kept: dict[int, Any] = {}
        self.next_object = first_object
        self.place = 0  # in a batch, the number of the request that is being carried out, from 1; else 0

    def answer(self, request: Json, buffers: Sequence[Any]) -> tuple[Json, list[bytes]]:
        """Carry out a request; return a reply and its buffers, and never raise an Exception."""
        out: list[bytes] = []
        try:
            return self.attempt(request, buffers, out), out
        except KeyboardInterrupt:
            return {"error": {"kind": "timeout"}}, []

    def attempt(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Any:
        """Carry out a request and return its reply, whatever is raised; KeyboardInterrupt ends a batch."""
        try:
            return getattr(self, "op_" + request["op"])(request, buffers, out)
        except Refused as refused:
            return {"error": refused.details}
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit is not an Exception, and students do call exit()
            return {"error": describe_exception(error)}

    def op_begin(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Json:
        """Release every kept object and seed NumPy's global generator."""
        self.kept.clear()
        np.random.seed(request["seed"])
        return {"value": None, "changed": []}

    def op_batch(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Any:
        """Seed NumPy's global generator and carry out requests in order; in a fork, if it is `forked`."""
        if request.pop("forked"):
            return in_a_fork(lambda sent: self.op_batch({**request, "forked": False}, buffers, sent), out)
        np.random.seed(request["seed"])
        replies = []
        try:
            for self.place, each in enumerate(request["requests"], 1):
                replies.append(self.attempt(each, buffers, out))
        finally:
            self.place = 0
            self.kept = {number: value for number, value in self.kept.items() if number >= 0}
        return {"value": replies, "changed": []}

    def keep_result(self, value: Any) -> Any:
        """Keep the result of a batch's request until the batch ends; return it."""
        if self.place:
            self.kept[-self.place] = value
        return value

    def op_hold(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Json:
        """Make an object for later requests of a batch."""
        self.keep_result(self.decode(request["value"], buffers))
        return {"value": None, "changed": []}

    def op_call(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Json:
        """Update the dicts that the request names, then call a function."""
        for target, values in request["settings"]:
            self.update(target, self.decode(values, buffers))
        function = self.resolve(request["target"])
        if not callable(function):
            raise Refused("missing")
        args = [self.decode(value, buffers) for value in request["args"]]
        kwargs = {key: self.decode(value, buffers) for key, value in request["kwargs"].items()}
        before = [arg.copy() if isinstance(arg, np.ndarray) else None for arg in args]
        value = self.keep_result(function(*args, **kwargs))
        changed = [i for i, old in enumerate(before) if old is not None and not is_same(old, args[i])]
        return {"value": self.encode(value, request["returns"], out), "changed": changed}

    def op_read(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Json:
        """Return an object."""
        value = self.resolve(request["target"])
        return {"value": self.encode(value, request["returns"], out), "changed": []}

    def op_run(self, request: Json, buffers: Sequence[Any], out: list[bytes]) -> Json:
        """Run trusted source text in the student's namespace."""
        exec(compile(request["source"], "<course>", "exec"), self.namespace)
        return {"value": None, "changed": []}

    def resolve(self, target: Any) -> Any:
        """Return the object that a reference names."""
        root, steps = target
        known: dict[Any, Any] = self.namespace if isinstance(root, str) else self.kept
        if root not in known:
            raise Refused("missing" if isinstance(root, str) else "lost")
        value = known[root]
        for kind, key in steps:
            try:
                value = value[key] if kind == "item" else getattr(value, key)
            except (AttributeError, KeyError, IndexError, TypeError):
                raise Refused("missing") from None
        return value

    def update(self, target: Any, values: Json) -> None:
        """Update a dict in place; whatever goes wrong, the request is refused as unusable."""
        try:
            self.resolve(target).update(values)
        except Exception:
            raise Refused("unusable") from None

    def decode(self, value: Any, buffers: Sequence[Any]) -> Any:
        """Return the value that a request describes."""
        if isinstance(value, list):
            return [self.decode(item, buffers) for item in value]
        if not isinstance(value, dict):
            return value
        ((tag, body),) = value.items()
        if tag == "$array":
            index, dtype, shape = body
            return np.frombuffer(buffers[index], dtype=dtype).reshape(shape).copy()
        if tag == "$tuple":
            return tuple(self.decode(item, buffers) for item in body)
        if tag == "$dict":
            return {key: self.decode(item, buffers) for key, item in body}
        if tag == "$dtype":
            return getattr(np, body)
        return self.resolve(body)

    def encode(self, value: Any, returns: Any, out: list[bytes]) -> Any:
        """Describe a value as the request wants it: "array", "arrays", "value", "kept" or a list of these."""
        if isinstance(returns, list):
            length = len(value) if isinstance(value, (tuple, list)) else None
            if length != len(returns):
                raise Refused("returned", got=type_name(value), length=length)
            return [self.encode(*pair, out) for pair in zip(value, returns, strict=True)]
        if returns == "kept":
            return self.keep(value)
        if returns == "value":
            return encode_scalar(value)
        return encode_array(value, out) if returns == "array" else encode_arrays(value, out)

    def keep(self, value: Any) -> int:
        """Keep an object for the trusted side, and return its number."""
        if len(self.kept) >= MAX_KEPT_OBJECTS:
            raise Refused("lost")
        self.next_object += 1
        self.kept[self.next_object] = value
        return self.next_object


class Refused(Exception):
    """A request that cannot be carried out; `details` says why, in words of a fixed set."""

    def __init__(self, kind: str, **details: Any):
        super().__init__(kind)
        self.details = {"kind": kind, **details}


def in_a_fork(work: Work, out: list[bytes]) -> Any:
    """Do some work in a fork of this process, of which nothing else remains; return its reply."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        send_and_exit(work, writing)
    os.close(writing)
    try:
        with open(reading, "rb") as pipe:
            sent = pipe.read()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not sent:
        raise Refused("died")
    head, _, rest = sent.partition(b"\n")
    reply, sizes = json.loads(head)
    out += [rest[end - size : end] for size, end in zip(sizes, np.cumsum(sizes), strict=True)]
    return reply


def send_and_exit(work: Work, writing: int) -> NoReturn:
    """Do some work, write its reply and buffers into a pipe, and end this process."""
    try:
        with open(os.devnull, "w") as devnull, open(writing, "wb") as pipe:
            sys.stdout = sys.stderr = devnull  # the kernel's own belong to threads of the parent
            out: list[bytes] = []
            head = json.dumps([work(out), [len(buffer) for buffer in out]]).encode()
            pipe.write(head + b"\n" + b"".join(out))
    finally:
        os._exit(0)


def encode_array(value: Any, out: list[bytes]) -> Json:
    """Append an array's bytes to `out` and return its description."""
    if not isinstance(value, (np.ndarray, np.generic)):
        raise Refused("returned", got=type_name(value))
    if value.dtype.kind not in PORTABLE_KINDS:
        raise Refused("returned", got="ndarray", dtype=value.dtype.name)
    # A long double has no portable layout
    array = np.asarray(value, dtype=np.float64 if value.dtype.itemsize > 8 else None)
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
    out.append(array.tobytes())
    return {"$array": [len(out) - 1, array.dtype.str, list(array.shape)]}


def encode_arrays(value: Any, out: list[bytes]) -> list[Any]:
    """Describe a dict (or a list) of arrays as pairs of key and array."""
    value = dict(enumerate(value)) if isinstance(value, (list, tuple)) else value
    if not isinstance(value, dict):
        raise Refused("returned", got=type_name(value))
    names = (key if isinstance(key, int) else str(key) for key in value)
    return [[name, encode_array(item, out)] for name, item in zip(names, value.values(), strict=True)]


def encode_scalar(value: Any) -> Any:
    """Return a JSON scalar; None for a number that is not finite."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise Refused("returned", got=type_name(value))


def is_same(a: Any, b: Any) -> bool:
    """Tell whether two arrays have the same shape and bytes."""
    return bool(a.shape == b.shape and a.tobytes() == b.tobytes())


def type_name(value: Any) -> str:
    """Name a built-in or NumPy type, since a student may give any name to a class of their own."""
    cls = type(value)
    return cls.__name__ if cls.__module__.partition(".")[0] in ("builtins", "numpy") else "object"


def describe_exception(error: BaseException) -> Json:
    """Return an exception's nearest built-in type, the lines of code that led to it, and a name it misses."""
    cls = next(c for c in type(error).__mro__ if c.__module__ in NAMED_MODULES)
    lines = [frame.line or "" for frame in traceback.extract_tb(error.__traceback__)]
    return {
        "kind": "raised",
        "exception": cls.__name__,
        "lines": [line.strip()[:MAX_CHARACTERS] for line in lines][-MAX_TRACEBACK_LINES:],
        "name": str(getattr(error, "name", None) or "")[:MAX_CHARACTERS],
    }


def install(first_object: int) -> None:
    """Make the kernel answer messages of the type `autograder_request` on its shell channel."""
    kernel = sys.modules["IPython"].get_ipython().kernel
    agent = Agent(kernel.shell.user_ns, first_object)

    def handler(stream: Any, ident: Any, message: Json) -> None:
        reply, buffers = agent.answer(message["content"], message["buffers"])
        kernel.session.send(stream, "autograder_reply", reply, message, ident=ident, buffers=buffers)

    kernel.shell_handlers["autograder_request"] = handler
