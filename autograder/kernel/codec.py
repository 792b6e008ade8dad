"""Values to and from the wire: only plain numeric arrays and JSON cross, and nothing is unpickled.

What comes back was written by a stranger, so `decode_*` admit exactly what was asked for:
little-endian booleans, integers and floats of a stated size, in a bounded number of bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import SubmissionError

MAX_ARRAYS = 1_000
MAX_BYTES = 256 * 2**20  # the seed's final network holds 9 MB of parameters
MAX_DIMENSIONS = 8
MAX_TEXT = 10_000  # characters
DTYPES = frozenset("|b1 |i1 |u1 <i2 <i4 <i8 <u2 <u4 <u8 <f2 <f4 <f8".split())


@dataclass(frozen=True)
class Ref:
    """A place in the student's process: a global name or a kept object, and the way from there.

    Attributes
    ----------
    root : str or int
        A name in the notebook, or the number of an object that the agent keeps.
    steps : tuple of (kind, key)
        `("attr", name)` or `("item", key)`, in order.
    """

    root: str | int
    steps: tuple[tuple[str, str | int], ...] = ()

    def attr(self, name: str) -> Ref:
        return Ref(self.root, (*self.steps, ("attr", name)))

    def item(self, key: str | int) -> Ref:
        return Ref(self.root, (*self.steps, ("item", key)))

    def __str__(self) -> str:
        root = self.root if isinstance(self.root, str) else "the object"
        return root + "".join(f".{key}" if kind == "attr" else f"[{key!r}]" for kind, key in self.steps)


Settings = Sequence[tuple[Ref, dict[str, Any]]]


def function_name(ref: Ref) -> str:
    """Name a function as a student would: the last attribute, or the global name."""
    names = [key for kind, key in ref.steps if kind == "attr"]
    return str(names[-1] if names else ref)


def encode(value: Any, buffers: list[bytes]) -> Any:
    """Encode an argument for the agent; arrays are appended to `buffers`."""
    if isinstance(value, np.ndarray):
        buffers.append(np.ascontiguousarray(value).tobytes())
        return {"$array": [len(buffers) - 1, value.dtype.str, list(value.shape)]}
    if isinstance(value, Ref):
        return {"$ref": encode_ref(value)}
    if isinstance(value, tuple):
        return {"$tuple": [encode(item, buffers) for item in value]}
    if isinstance(value, list):
        return [encode(item, buffers) for item in value]
    if isinstance(value, dict):
        return {"$dict": [[key, encode(item, buffers)] for key, item in value.items()]}
    if isinstance(value, type) and issubclass(value, np.generic):
        return {"$dtype": value.__name__}
    return value


def encode_ref(ref: Ref) -> list[Any]:
    return [ref.root, [list(step) for step in ref.steps]]


def encode_call(
    ref: Ref,
    args: Sequence[Any],
    kwargs: dict[str, Any],
    returns: Any,
    settings: Settings,
    buffers: list[bytes],
) -> dict[str, Any]:
    """Encode a call as a request to the agent; see `Student.call`."""
    return {
        "op": "call",
        "target": encode_ref(ref),
        "args": [encode(arg, buffers) for arg in args],
        "kwargs": {key: encode(arg, buffers) for key, arg in kwargs.items()},
        "settings": [[encode_ref(at), encode(values, buffers)] for at, values in settings],
        "returns": returns,
    }


def numbered(buffers: Sequence[Any]) -> dict[int, Any]:
    """Return the buffers of a reply by number, no more than MAX_ARRAYS."""
    return dict(enumerate(buffers[:MAX_ARRAYS]))


def decode(value: Any, returns: Any, buffers: Sequence[Any]) -> Any:
    """Decode a reply as `returns` asked for it.

    Parameters
    ----------
    returns : str or tuple
        "array", "arrays", "value", "kept", or a tuple of these.

    Returns
    -------
    ndarray, dict of ndarray, JSON scalar, Ref, or a tuple of these
        Arrays are base ndarrays that own their data.

    Raises
    ------
    SubmissionError
        If the reply is anything else.
    """
    return decode_part(value, returns, numbered(buffers))


# Each buffer makes one array: `unused` loses it then, so that a reply takes no more memory than it brings.


def decode_part(value: Any, returns: Any, unused: dict[int, Any]) -> Any:
    """Decode one value of a reply, with the buffers that no other value has taken."""
    if isinstance(returns, tuple):
        if not isinstance(value, list) or len(value) != len(returns):
            raise malformed()
        return tuple(decode_part(*pair, unused) for pair in zip(value, returns, strict=True))
    return {"array": decode_array, "arrays": decode_arrays, "value": decode_value, "kept": decode_kept}[
        returns
    ](value, unused)


def decode_array(value: Any, unused: dict[int, Any]) -> np.ndarray:
    match value:
        case {"$array": [int(index), str(dtype), list(shape)]} if len(value) == 1:
            pass
        case _:
            raise malformed()
    if index not in unused or dtype not in DTYPES or len(shape) > MAX_DIMENSIONS:
        raise malformed()
    if not all(type(size) is int and 0 <= size <= MAX_BYTES for size in shape):
        raise malformed()
    data = memoryview(unused.pop(index))
    if data.nbytes > MAX_BYTES or math.prod(shape) * np.dtype(dtype).itemsize != data.nbytes:
        raise malformed()
    try:
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    except ValueError as error:  # no entries, and yet sizes whose product NumPy cannot hold
        raise malformed() from error


def decode_arrays(value: Any, unused: dict[int, Any]) -> dict[str | int, np.ndarray]:
    if not isinstance(value, list) or len(value) > MAX_ARRAYS:
        raise malformed()
    arrays = {}
    for pair in value:
        match pair:
            case [str() | int() as key, array] if len(str(key)) <= 100:
                arrays[key] = decode_array(array, unused)
            case _:
                raise malformed()
    return arrays


def decode_value(value: Any, unused: dict[int, Any]) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if value is None or isinstance(value, bool | int | float):
        return value
    raise malformed()


def decode_kept(value: Any, unused: dict[int, Any]) -> Ref:
    if type(value) is not int:
        raise malformed()
    return Ref(value)


def malformed() -> SubmissionError:
    return SubmissionError(
        "the notebook's kernel answered with something that is not the value asked for; "
        "code that patches IPython, json or zmq does this",
        "returned",
    )
