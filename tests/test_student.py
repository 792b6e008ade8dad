"""The trusted side of a call: what crosses, what comes back, and what a student is told."""

import numpy as np
import pytest
from conftest import InProcess

from autograder.errors import SubmissionError
from autograder.kernel.codec import Ref
from autograder.kernel.student import Student

SOURCE = """
import numpy as np
class Thing:
    def __init__(self, size=3):
        self.params = {"W1": np.ones((2, size)), "b1": np.zeros(size)}
        self.note = "as it was"
    def double(self, x):
        return 2 * x
def add(x, y=1.0):
    return x + y
def split(x):
    return x[:1], {"rest": x[1:]}
def as_list(x):
    return [x, None]
def merge(head, cache):
    return np.concatenate([head, cache["rest"]])
def scale(x):
    x *= 2
    return x
def fails(x):
    y = x[0] / none_such
    return y
def leaves(x):
    raise SystemExit(3)
def forgets(x):
    2 * x
def unanswered(x):
    raise NotImplementedError()
class OwnError(ValueError):
    pass
def names_its_error(x):
    raise OwnError(str(x))
def kinds(x):
    return type(x).__name__
a_number = 3
"""
X = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def student(student_of):
    return student_of(SOURCE, {"__name__": "__main__"})


# Values that cross


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "i4", "i8", "u1", "u8", "?"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 1, 2)], ids=str)
def test_arrays_cross_unchanged(student, dtype, shape):
    array = np.ones(shape, dtype)
    found = student.call("add", array, np.zeros(shape, dtype))
    assert found.shape == shape
    assert found.dtype == (array + np.zeros(shape, dtype)).dtype
    assert type(found) is np.ndarray


def test_arrays_of_any_memory_order_cross(student):
    assert np.array_equal(student.call("add", X.T, 0.0), X.T)
    assert np.array_equal(student.call("add", X[:, ::2], 0.0), X[:, ::2])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1, "int"),
        (0.5, "float"),
        (True, "bool"),
        (None, "NoneType"),
        ("a", "str"),
        ([1], "list"),
        ((1,), "tuple"),
    ]
    + [({"a": 1}, "dict"), (np.float32, "type"), (X, "ndarray")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arguments_keep_their_kind(student, value, kind):
    assert student.call("kinds", value, returns="value") == kind


def test_what_is_kept_is_handed_back(student):
    head, cache = student.call("split", X, returns=("array", "kept"))
    assert isinstance(cache, Ref)
    assert np.array_equal(student.call("merge", head, cache), X)


def test_lists_do_for_tuples(student):
    assert np.array_equal(student.call("as_list", X, returns=("array", "kept"))[0], X)


def test_attributes_and_items_are_read_and_called(student):
    thing = student.call("Thing", size=4, returns="kept")
    assert student.read(thing.attr("params"), "arrays")["W1"].shape == (2, 4)
    assert student.read(thing.attr("params").item("b1")).tolist() == [0] * 4
    assert student.read(thing.attr("note"), "value") == "as it was"
    assert np.array_equal(student.call(thing.attr("double"), X), 2 * X)


def test_settings_are_made_before_the_call(student):
    thing = student.call("Thing", size=4, returns="kept")
    settings = [(thing.attr("params"), {"b1": np.full(4, 7.0)}), (thing.attr("params"), {"b2": X})]
    student.call(thing.attr("double"), X, settings=settings)
    params = student.read(thing.attr("params"), "arrays")
    assert params["b1"].tolist() == [7] * 4
    assert np.array_equal(params["b2"], X)


@pytest.mark.parametrize("attribute", ["note", "params_of_another_name"])
def test_settings_that_cannot_be_made_are_no_call(student, attribute):
    thing = student.call("Thing", returns="kept")
    with pytest.raises(SubmissionError, match="double was not called") as caught:
        student.call(thing.attr("double"), X, settings=[(thing.attr(attribute), {"a": 1})])
    assert caught.value.kind == "unusable"


def test_changes_in_place_are_noted_and_do_not_reach_us(student):
    given = X.copy()
    student.call("scale", given)
    assert np.array_equal(given, X)
    assert student.changed == {"scale"}


def test_seeding_repeats_the_notebooks_draws(student):
    student.run("def draw():\n    return np.random.rand(3)")
    draws = []
    for seed in (2**30, 2**30 + 1, 2**30):
        student.begin(seed)
        draws.append(student.call("draw").tolist())
    assert draws[0] == draws[2] != draws[1]


# What a student is told


@pytest.mark.parametrize(
    ("function", "returns", "kind", "says"),
    [
        ("no_such_function", "array", "missing", "no_such_function is not defined"),
        ("a_number", "array", "missing", "a_number is not defined"),
        ("unanswered", "array", "unanswered", "not answered yet"),
        (
            "forgets",
            "array",
            "returned",
            r"returned None \(is a return statement missing\?\), expected an array",
        ),
        ("split", "array", "returned", "returned tuple, expected an array"),
        ("add", ("array", "kept"), "returned", "returned ndarray, expected a tuple of 2"),
        ("split", ("array", "kept", "kept"), "returned", "returned tuple of 2, expected a tuple of 3"),
        ("leaves", "array", "raised", "raised SystemExit"),
        ("names_its_error", "array", "raised", "raised ValueError"),
    ],
)
def test_each_fault_has_its_sentence(student, function, returns, kind, says):
    with pytest.raises(SubmissionError, match=says) as caught:
        student.call(function, X, returns=returns)
    assert caught.value.kind == kind
    assert "[0." not in str(caught.value)
    assert "object" not in str(caught.value)


def test_an_error_quotes_the_students_own_line_and_the_name_it_misses(student):
    with pytest.raises(SubmissionError) as caught:
        student.call("fails", X)
    assert "raised NameError (none_such has no value there) at your line `y = x[0] / none_such`" in str(
        caught.value
    )
    assert caught.value.exception == "NameError"


def test_lines_that_the_student_did_not_write_are_not_quoted(student_of):
    namespace = {}
    student_of(SOURCE, namespace)
    student = Student(InProcess(namespace), source="nothing of the kind")
    with pytest.raises(SubmissionError) as caught:
        student.call("fails", X)
    assert "y = x[0]" not in str(caught.value)


def test_objects_of_a_former_kernel_are_unknown(student):
    with pytest.raises(SubmissionError, match="restarted"):
        student.call("merge", X, Ref(99))


def test_beginning_lets_go_of_objects(student):
    _, cache = student.call("split", X, returns=("array", "kept"))
    student.begin(2**30)
    with pytest.raises(SubmissionError, match="gone"):
        student.call("merge", X[:1], cache)


class DeadChannel:
    def __init__(self):
        self.requests = 0

    def request(self, content, buffers):
        self.requests += 1
        raise SubmissionError("forward did not finish in time", "timeout")


def test_a_function_that_hung_twice_is_not_called_again():
    channel = DeadChannel()
    student = Student(channel)
    for _ in range(4):
        with pytest.raises(SubmissionError):
            student.call(Ref(1).attr("forward"), X)
    assert channel.requests == 2
