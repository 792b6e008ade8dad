"""Values to and from the student's process: only plain numeric arrays and JSON, and nothing is unpickled.

What comes back is untrusted, so it is decoded to exactly what was asked for: little-endian booleans, integers
and floats of a stated size, in a bounded number of bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.errors import SubmissionError
from autograder.limits import MIB

MAX_ARRAYS = 1_000
MAX_ARRAY_BYTES = 256 * MIB  # a network of 3,000 inputs and five hidden layers has 9 MB of parameters
MAX_DIMENSIONS = 8
MAX_TEXT_CHARACTERS = 10_000
MAX_KEY_CHARACTERS = 100
DTYPES = frozenset("|b1 |i1 |u1 <i2 <i4 <i8 <u2 <u4 <u8 <f2 <f4 <f8".split())

Kind = Literal["array", "arrays", "value", "kept"]
Returns = Kind | tuple[Kind, ...]


@dataclass(frozen=True)
class Ref:
    """A reference into the student's process: a global name or a kept object, and the way from there.

    Attributes
    ----------
    root : str or int
        A name in the notebook, or the number of an object that the agent keeps. In a batch, -n is the
        result of the n-th request.
    steps : tuple of (kind, key)
        `("attr", name)` or `("item", key)`, in order.
    """

    root: str | int
    steps: tuple[tuple[str, str | int], ...] = ()

    def attr(self, name: str) -> Ref:
        """Return a reference to an attribute of the object."""
        return Ref(self.root, (*self.steps, ("attr", name)))

    def item(self, key: str | int) -> Ref:
        """Return a reference to an item of the object."""
        return Ref(self.root, (*self.steps, ("item", key)))

    def __str__(self) -> str:
        root = self.root if isinstance(self.root, str) else "the object"
        return root + "".join(f".{key}" if kind == "attr" else f"[{key!r}]" for kind, key in self.steps)


Settings = Sequence[tuple[Ref, dict[str, Any]]]


def function_name(ref: Ref) -> str:
    """Name a function as a student would: by the last attribute, or the global name."""
    names = [key for kind, key in ref.steps if kind == "attr"]
    return str(names[-1] if names else ref)


def encode(value: Any, buffers: list[bytes]) -> Any:
    """Return the description of an argument for the agent; append the bytes of arrays to `buffers`."""
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
    """Return the description of a reference for the agent."""
    return [ref.root, [list(step) for step in ref.steps]]


def encode_call(
    ref: Ref,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    returns: Returns,
    settings: Settings,
    buffers: list[bytes],
) -> dict[str, Any]:
    """Return the request for a call, and append its arrays to `buffers`; see `Student.call`."""
    return {
        "op": "call",
        "target": encode_ref(ref),
        "args": [encode(arg, buffers) for arg in args],
        "kwargs": {key: encode(arg, buffers) for key, arg in kwargs.items()},
        "settings": [[encode_ref(at), encode(values, buffers)] for at, values in settings],
        "returns": returns,
    }


def numbered(buffers: Sequence[Any]) -> dict[int, Any]:
    """Return the buffers of a reply by number, MAX_ARRAYS at most."""
    return dict(enumerate(buffers[:MAX_ARRAYS]))


def decode(value: Any, returns: Returns, buffers: Sequence[Any]) -> Any:
    """Return the value that a reply describes.

    Parameters
    ----------
    returns : str or tuple of str
        What was asked for: "array", "arrays", "value", "kept", or a tuple of these.

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


# Each buffer makes one array and is then removed from `unused`: a reply takes no more memory than it brings.


def decode_part(value: Any, returns: Returns, unused: dict[int, Any]) -> Any:
    """Return the value that a part of a reply describes, with buffers that no other part has used."""
    if not isinstance(returns, tuple):
        return DECODERS[returns](value, unused)
    if not isinstance(value, list) or len(value) != len(returns):
        raise malformed()
    return tuple(DECODERS[kind](item, unused) for item, kind in zip(value, returns, strict=True))


def decode_array(value: Any, unused: dict[int, Any]) -> np.ndarray:
    """Return the array that a description and one of the unused buffers make."""
    match value:
        case {"$array": [int(index), str(dtype), list(shape)]} if len(value) == 1:
            pass
        case _:
            raise malformed()
    if index not in unused or dtype not in DTYPES or len(shape) > MAX_DIMENSIONS:
        raise malformed()
    if not all(type(size) is int and 0 <= size <= MAX_ARRAY_BYTES for size in shape):
        raise malformed()
    data = memoryview(unused.pop(index))
    if data.nbytes > MAX_ARRAY_BYTES or math.prod(shape) * np.dtype(dtype).itemsize != data.nbytes:
        raise malformed()
    try:
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    except ValueError as error:  # an empty array whose sizes have a product that NumPy cannot represent
        raise malformed() from error


def decode_arrays(value: Any, unused: dict[int, Any]) -> dict[str | int, np.ndarray]:
    """Return a dict of arrays from pairs of key and description."""
    if not isinstance(value, list) or len(value) > MAX_ARRAYS:
        raise malformed()
    arrays: dict[str | int, np.ndarray] = {}
    for pair in value:
        match pair:
            case [str() | int() as key, array] if len(str(key)) <= MAX_KEY_CHARACTERS:
                arrays[key] = decode_array(array, unused)
            case _:
                raise malformed()
    return arrays


def decode_scalar(value: Any, unused: dict[int, Any]) -> str | int | float | bool | None:
    """Return a JSON scalar; a text is cut after MAX_TEXT_CHARACTERS."""
    if isinstance(value, str):
        return value[:MAX_TEXT_CHARACTERS]
    if value is None or isinstance(value, bool | int | float):
        return value
    raise malformed()


def decode_kept(value: Any, unused: dict[int, Any]) -> Ref:
    """Return a reference to an object that the agent keeps."""
    if type(value) is not int:
        raise malformed()
    return Ref(value)


DECODERS: dict[Kind, Callable[[Any, dict[int, Any]], Any]] = {
    "array": decode_array,
    "arrays": decode_arrays,
    "value": decode_scalar,
    "kept": decode_kept,
}


def malformed() -> SubmissionError:
    """Return the error for a reply that is not what was asked for."""
    return SubmissionError(
        "the notebook's kernel answered with something that is not the value asked for; "
        "code that patches IPython, json or zmq does this",
        "returned",
    )
