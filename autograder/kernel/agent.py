"""The part that runs inside the student's kernel: it calls their functions on request.

This file is handed to the kernel as text and imports nothing of this package. Nothing in it is
secret and nothing it answers is trusted: student code can replace it, so every reply is
decoded and judged outside.

A request is a dict with an operation (`op`) and its arguments; arrays travel beside it as raw
buffers. A value is JSON, with these exceptions, each a dict of one key:

    {"$array": [index, dtype, shape]}   the buffer of that index
    {"$tuple": [...]}                   a tuple
    {"$dict": [[key, value], ...]}      a dict
    {"$dtype": "float64"}               a NumPy scalar type
    {"$ref": [root, steps]}             an object that lives here: a global name (a string) or
                                        a kept object (a number; in a batch, -n is the n-th
                                        request's result), and the way from there
"""

import json
import os
import signal
import sys
import traceback

import numpy as np

MAX_KEPT = 10_000  # objects kept for the trusted side at once; a check needs a few dozen


class Agent:
    """Answers requests about the objects of one namespace.

    Parameters
    ----------
    namespace : dict
        The student's globals.
    first : int
        The number of the first kept object, so that numbers of a former kernel are unknown here.
    """

    def __init__(self, namespace, first=0):
        self.namespace = namespace
        self.kept = {}
        self.next = first
        self.place = 0  # of the request of a batch that is being carried out, from 1; 0 outside a batch

    def answer(self, request, buffers):
        """Carry out one request; return (reply, buffers), never raise an Exception."""
        out = []
        try:
            return self.attempt(request, buffers, out), out
        except KeyboardInterrupt:
            return {"error": {"kind": "timeout"}}, []

    def attempt(self, request, buffers, out):
        """Carry out one request and return its reply, whatever is raised; KeyboardInterrupt ends a batch."""
        try:
            return getattr(self, "op_" + request["op"])(request, buffers, out)
        except Refused as refused:
            return {"error": refused.details}
        except BaseException as error:  # SystemExit is not an Exception, and students do call exit()
            if isinstance(error, KeyboardInterrupt):
                raise
            return {"error": raised(error)}

    def op_begin(self, request, buffers, out):
        """Let go of every kept object and seed NumPy's global generator."""
        self.kept.clear()
        np.random.seed(request["seed"])
        return {"value": None, "changed": []}

    def op_batch(self, request, buffers, out):
        """Seed NumPy's global generator and carry out requests in order, if `forked` says so in a fork."""
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

    def keep_result(self, value):
        """Keep the result of a request of a batch until the batch ends."""
        if self.place:
            self.kept[-self.place] = value
        return value

    def op_hold(self, request, buffers, out):
        """Make an object for later requests of a batch."""
        self.keep_result(self.decode(request["value"], buffers))
        return {"value": None, "changed": []}

    def op_call(self, request, buffers, out):
        """Update the dicts that the request names, then call a function."""
        for target, values in request["settings"]:
            self.update(target, self.decode(values, buffers))
        function = self.resolve(request["target"])
        if not callable(function):
            raise Refused("missing", name=describe(request["target"]), got=type_name(function))
        args = [self.decode(value, buffers) for value in request["args"]]
        kwargs = {key: self.decode(value, buffers) for key, value in request["kwargs"].items()}
        before = [arg.copy() if isinstance(arg, np.ndarray) else None for arg in args]
        value = self.keep_result(function(*args, **kwargs))
        changed = [i for i, old in enumerate(before) if old is not None and not same(old, args[i])]
        return {"value": self.encode(value, request["returns"], out), "changed": changed}

    def op_read(self, request, buffers, out):
        value = self.resolve(request["target"])
        return {"value": self.encode(value, request["returns"], out), "changed": []}

    def op_run(self, request, buffers, out):
        """Run trusted source text in the student's namespace."""
        exec(compile(request["source"], "<course>", "exec"), self.namespace)
        return {"value": None, "changed": []}

    def resolve(self, target):
        root, steps = target
        if isinstance(root, str):
            if root not in self.namespace:
                raise Refused("missing", name=root)
            value = self.namespace[root]
        elif root in self.kept:
            value = self.kept[root]
        else:
            raise Refused("lost")
        for kind, key in steps:
            try:
                value = value[key] if kind == "item" else getattr(value, key)
            except (AttributeError, KeyError, IndexError, TypeError):
                raise Refused("missing", name=describe(target)) from None
        return value

    def update(self, target, values):
        """Update a dict in place; a Refused names it where it is none, whatever went wrong."""
        try:
            self.resolve(target).update(values)
        except Exception:
            raise Refused("unusable", name=describe(target)) from None

    def decode(self, value, buffers):
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

    def encode(self, value, returns, out):
        """Encode `value` as the request wants it: "array", "arrays", "value", "kept" or a list of these."""
        if isinstance(returns, list):
            if not isinstance(value, (tuple, list)) or len(value) != len(returns):
                length = len(value) if isinstance(value, (tuple, list)) else None
                raise Refused("returned", got=type_name(value), length=length)
            return [self.encode(*pair, out) for pair in zip(value, returns, strict=True)]
        if returns == "kept":
            return self.keep(value)
        if returns == "value":
            return encode_value(value)
        return encode_array(value, out) if returns == "array" else self.encode_arrays(value, out)

    def encode_arrays(self, value, out):
        """Encode a dict (or a list) of arrays as pairs of key and array."""
        if isinstance(value, (list, tuple)):
            value = dict(enumerate(value))
        if not isinstance(value, dict):
            raise Refused("returned", got=type_name(value))
        return [
            [key if isinstance(key, int) else str(key), encode_array(item, out)]
            for key, item in value.items()
        ]

    def keep(self, value):
        if len(self.kept) >= MAX_KEPT:
            raise Refused("lost")
        self.next += 1
        self.kept[self.next] = value
        return self.next


class Refused(Exception):
    """A request that cannot be carried out; `details` says why, in words of a fixed set."""

    def __init__(self, kind, **details):
        super().__init__(kind)
        self.details = {"kind": kind, **details}


def in_a_fork(work, out):
    """Call work(out) in a fork of this process, of which nothing else remains; return its reply."""
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


def send_and_exit(work, writing):
    """Write the reply of the work and its buffers into a pipe, then end this process."""
    try:
        with open(os.devnull, "w") as nowhere, open(writing, "wb") as pipe:
            sys.stdout = sys.stderr = nowhere  # the kernel's own belong to threads of the parent
            out = []
            head = json.dumps([work(out), [len(buffer) for buffer in out]]).encode()
            pipe.write(head + b"\n" + b"".join(out))
    finally:
        os._exit(0)


def encode_array(value, out):
    """Append the array's bytes to `out` and return its description."""
    if not isinstance(value, (np.ndarray, np.generic)):
        raise Refused("returned", got=type_name(value))
    if value.dtype.kind not in "biuf":
        raise Refused("returned", got="array of " + value.dtype.name)
    array = np.asarray(value)
    if array.dtype.itemsize > 8:  # long double: no portable layout
        array = array.astype(np.float64)
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
    out.append(array.tobytes())
    return {"$array": [len(out) - 1, array.dtype.str, list(array.shape)]}


def encode_value(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise Refused("returned", got=type_name(value))


def same(a, b):
    return a.shape == b.shape and a.tobytes() == b.tobytes()


def type_name(value):
    """Name a built-in or NumPy type; a class of the student's own could be named anything."""
    cls = type(value)
    return cls.__name__ if cls.__module__.partition(".")[0] in ("builtins", "numpy") else "object"


def describe(target):
    root, steps = target
    return "".join([str(root)] + [f".{key}" if kind == "attr" else f"[{key!r}]" for kind, key in steps])


def raised(error):
    """Describe an exception: its built-in type, the line of code that raised it, a name it misses."""
    cls = next(
        c for c in type(error).__mro__ if c.__module__ in ("builtins", "numpy.exceptions", "numpy.linalg")
    )
    lines = [frame.line or "" for frame in traceback.extract_tb(error.__traceback__)]
    return {
        "kind": "raised",
        "exception": cls.__name__,
        "lines": [line.strip()[:200] for line in lines][-20:],
        "name": str(getattr(error, "name", None) or "")[:100],
    }


def install(first):
    """Answer messages of type `autograder_request` on the kernel's shell channel."""
    kernel = sys.modules["IPython"].get_ipython().kernel
    agent = Agent(kernel.shell.user_ns, first)

    def handler(stream, ident, message):
        reply, buffers = agent.answer(message["content"], message["buffers"])
        kernel.session.send(stream, "autograder_reply", reply, message, ident=ident, buffers=buffers)

    kernel.shell_handlers["autograder_request"] = handler


if __name__ == "agent":
    install(FIRST)  # noqa: F821 - the trusted side sets it
