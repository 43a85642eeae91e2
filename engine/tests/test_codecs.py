"""What users hand in becomes what kernels take, and back, to the last bit; all else is refused by name."""

import doctest
from collections import deque
from contextlib import suppress
from types import MappingProxyType

import numpy as np
import pytest
from hanami_engine import InputError, Port, codecs
from hanami_engine.codecs import as_answers, as_samples, as_targets
from hanami_engine.ports import raw_outputs
from hanami_engine.template import InputValues, OutputValues
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

CLASS, REAL, BOOL, INT, FLOAT = OutputValues
LARGEST = 2**64 - 1
NUMBERS = ["bool", "int8", "uint8", "int64", "uint64", "float16", "float32", "float64", "longdouble", ">f4", ">i2"]


def source(width=4, name="picture", open=False):  # noqa: A002  the name of the field
    return Port(name, InputValues.REAL, width, open)


def goal(values, width=4, name="label", open=False):  # noqa: A002  the name of the field
    return Port(name, values, width, open)


def refusal(call, *arguments):
    with pytest.raises(InputError) as caught:
        call(*arguments)
    return caught.value.field, caught.value.message


def tables(dtype, elements=None, least=1):
    shapes = st.tuples(st.integers(1, 6), st.integers(least, 5))
    return arrays.arrays(dtype, shapes, elements=elements)


# Samples


@pytest.mark.parametrize("port", [source(3), source(3, open=True), source(0, open=True)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_what_kernels_take_is_not_copied(port, dtype):
    given_array = np.ones((2, 3), dtype)
    given_array.setflags(write=False)
    samples, widths = as_samples(given_array, [port])
    assert np.shares_memory(samples, given_array)
    assert (samples.dtype, widths) == (dtype, (3,))


def test_truth_values_are_viewed_as_0_and_1():
    given_array = np.array([[True, False]])
    samples, _ = as_samples(given_array, [source(2)])
    assert (samples.tolist(), samples.dtype) == ([[1, 0]], "uint8")
    assert np.shares_memory(samples, given_array)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_all_real_numbers_are_taken(dtype):
    given_array = np.array([[0, 1, 100], [3, 2, 1]], dtype)
    samples, _ = as_samples(given_array, [source(3)])
    np.testing.assert_array_equal(samples, given_array.astype(np.float64))
    assert samples.dtype in {np.dtype(np.uint8), np.dtype(np.float32)}


@pytest.mark.parametrize(
    "change",
    [
        np.asfortranarray,
        lambda array: np.repeat(array, 2, axis=1)[:, ::2],
        lambda array: array[::-1],
        lambda array: np.broadcast_to(array[:1], array.shape),
        lambda array: array.tolist(),
        lambda array: [tuple(row) for row in array],
        lambda array: deque(array.tolist()),
        lambda array: np.frombuffer(b"\0" + array.tobytes(), np.uint8)[1:].view(array.dtype).reshape(array.shape),
    ],
    ids=["fortran", "strided", "reversed", "broadcast", "lists", "tuples", "deque", "unaligned"],
)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_any_layout_becomes_contiguous(change, dtype):
    given_array = change(np.arange(12).reshape(3, 4).astype(dtype))
    samples, _ = as_samples(given_array, [source()])
    np.testing.assert_array_equal(samples, np.asarray(given_array))
    assert samples.flags.c_contiguous
    assert samples.flags.aligned


def test_what_is_no_number_passes_and_what_is_too_large_is_infinite():
    samples, _ = as_samples([[np.nan, -np.inf, 1e39, -1e300]], [source()])
    np.testing.assert_array_equal(samples, np.array([[np.nan, -np.inf, np.inf, -np.inf]], np.float32))


def test_rounding_is_silent_whatever_numpy_is_told():
    with np.errstate(all="raise"):
        samples, _ = as_samples([[1e39, 1e-300]], [source(2)])
    assert samples.tolist() == [[np.inf, 0]]


@given(widths=st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_an_open_port_is_as_wide_as_its_widest_rows(widths):
    width = 0
    for given_width in sorted(widths):
        samples, (width,) = as_samples(np.ones((2, given_width)), [source(width, open=True)])
        assert samples.shape == (2, width) == (2, given_width)


@given(parts=st.lists(tables(st.sampled_from([np.uint8, np.float32])), min_size=2, max_size=4), rows=st.integers(1, 6))
def test_several_ports_stand_side_by_side(parts, rows):
    parts = [np.resize(part, (rows, part.shape[1])) for part in parts]
    ports = [source(part.shape[1] * (i % 2), str(i), open=i % 2 == 0) for i, part in enumerate(parts)]
    mapping = {str(i): part for i, part in reversed(list(enumerate(parts)))}
    samples, widths = as_samples(MappingProxyType(mapping), ports)
    np.testing.assert_array_equal(samples, np.concatenate(parts, axis=1))
    assert widths == tuple(part.shape[1] for part in parts)
    assert samples.dtype == (np.uint8 if {part.dtype for part in parts} == {np.dtype(np.uint8)} else np.float32)
    assert samples.flags.c_contiguous


@pytest.mark.parametrize("x", [[], np.empty((0, 4)), np.empty((0, 0)), np.empty((0, 9), np.uint8)])
@pytest.mark.parametrize(("port", "width"), [(source(4), 4), (source(4, open=True), 4), (source(0, open=True), 0)])
def test_no_samples_are_no_error_and_widen_nothing(x, port, width):
    samples, widths = as_samples(x, [port])
    assert (samples.shape, widths) == ((0, width), (width,))
    samples, widths = as_samples({"picture": x, "sound": []}, [port, source(2, "sound")])
    assert (samples.shape, widths) == ((0, width + 2), (width, 2))


@pytest.mark.parametrize(
    ("x", "port", "words"),
    [
        (np.ones((2, 3)), source(), "expected shape (n, 4), got (2, 3)"),
        (np.ones((2, 5)), source(), "expected shape (n, 4), got (2, 5)"),
        (np.ones((2, 0)), source(), "expected shape (n, 4), got (2, 0)"),
        (np.ones(4), source(), "expected shape (n, 4), got (4,)"),
        (np.ones(4), source(open=True), "expected shape (n, 4 or more), got (4,)"),
        (np.ones((2, 0)), source(0, open=True), "expected shape (n, 1 or more), got (2, 0)"),
        (np.ones((1, 1, 4)), source(), "expected shape (n, 4), got (1, 1, 4)"),
        (np.empty((0, 4, 4)), source(), "expected shape (n, 4), got (0, 4, 4)"),
        (5, source(), "expected shape (n, 4), got ()"),
        (None, source(), "expected real numbers, got object"),
        (np.ones((2, 3)), source(open=True), "expected at least 4 values per row, got 3; use NaN for what is missing"),
        (
            np.broadcast_to(np.float32(1), (1, 2**20 + 1)),
            source(open=True),
            "expected at most 1048576 values per row, got 1048577",
        ),
        ([["a"] * 4], source(), "expected real numbers, got <U1"),
        ([[b"a"] * 4], source(), "expected real numbers, got |S1"),
        ([[None] * 4], source(), "expected real numbers, got object"),
        ([[2**64] * 4], source(), "expected real numbers, got object"),
        (np.ones((1, 4), complex), source(), "expected real numbers, got complex128"),
        (np.zeros((1, 4), "M8[s]"), source(), "expected real numbers, got datetime64[s]"),
        (np.zeros((1, 4), "m8[s]"), source(), "expected real numbers, got timedelta64[s]"),
        (np.zeros(1, "f4,f4"), source(), "expected real numbers, got [("),
        ([[1, 2], [3]], source(), "expected an array whose rows have the same length"),
        ({"picture": [[1] * 4]}, source(), "expected one array, got a mapping"),
        ({}, source(), "expected one array, got a mapping"),
    ],
)
def test_samples_that_do_not_fit_are_refused(x, port, words):
    field, message = refusal(as_samples, x, [port])
    assert field == "x"
    assert words in message


def test_an_array_that_cannot_be_read_is_refused():
    class Foreign:
        def __array__(self, dtype=None, copy=None):
            raise TypeError("it lies on another device")

    assert refusal(as_samples, Foreign(), [source()]) == ("x", "expected an array: it lies on another device")


@pytest.mark.parametrize(
    ("x", "field", "words"),
    [
        (np.ones((1, 6)), "x", "expected a mapping with values of picture, sound, got ndarray"),
        ([[1] * 6], "x", "expected a mapping with values of picture, sound, got list"),
        ({}, "x.picture", "expected values, got none"),
        ({"picture": np.ones((1, 4))}, "x.sound", "expected values, got none"),
        ({"picture": [[1] * 4], "sound": [[1] * 2], "taste": [[1]]}, "x.taste", "unknown name, expected picture, soun"),
        ({"picture": [[1] * 4], "sound": [[1] * 2], 3: [[1]]}, "x.3", "unknown name"),
        ({"picture": [[1] * 4], "sound": [[1] * 2] * 3}, "x.sound", "expected 1 rows as in picture, got 3"),
        ({"picture": [[1] * 4], "sound": []}, "x.sound", "expected 1 rows as in picture, got 0"),
        ({"picture": [[1] * 4], "sound": [[1]]}, "x.sound", "expected shape (n, 2), got (1, 1)"),
        ({"picture": [["a"] * 4], "sound": [[1] * 2]}, "x.picture", "expected real numbers, got <U1"),
        ({"picture": [[1] * 3], "sound": [[1] * 2]}, "x.picture", "expected at least 4 values per row, got 3"),
    ],
)
def test_samples_of_several_ports_that_do_not_fit_are_refused(x, field, words):
    found, message = refusal(as_samples, x, [source(open=True), source(2, "sound")])
    assert found == field
    assert words in message


def test_a_message_names_a_few_of_many_ports():
    ports = [source(1, f"p{i}") for i in range(1000)]
    assert refusal(as_samples, [[1]], ports) == (
        "x",
        "expected a mapping with values of p0, p1, p2, p3, p4, p5, p6, p7, …, got list",
    )


# Classes


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("column", [False, True])
@pytest.mark.parametrize("labels", [[1, 0, 1], [1]])
def test_classes_are_one_column(dtype, column, labels):
    y = np.array(labels, dtype)
    port = goal(CLASS, 10)
    targets, ports = as_targets(y[:, None] if column else y, len(labels), [port])
    assert (targets.tolist(), targets.dtype, ports) == ([[label] for label in labels], "float32", (port,))


@given(labels=st.lists(st.integers(0, 4095), min_size=1), width=st.integers(0, 4096))
def test_an_open_port_has_a_class_for_each_that_was_seen(labels, width):
    targets, (port,) = as_targets(labels, len(labels), [goal(CLASS, width, open=True)])
    assert port == goal(CLASS, max(width, max(labels) + 1), open=True)
    one_hot = (targets == np.arange(raw_outputs(port))).astype(np.float32)
    assert as_answers(one_hot, [port]).argmax(axis=1).tolist() == labels


@pytest.mark.parametrize(
    ("y", "open_", "words"),
    [
        ([0], False, "expected 2 class numbers, got shape (1,)"),
        ([], False, "expected 2 class numbers, got shape (0,)"),
        (5, False, "expected 2 class numbers, got shape ()"),
        (np.ones((2, 2)), False, "expected 2 class numbers, got shape (2, 2)"),
        ([0, 10], False, "row 1: expected a class from 0 to 9, got 10"),
        ([0, 10**12], True, "row 1: expected a class from 0 to 4095, got 1000000000000"),
        ([0, 4096], True, "row 1: expected a class from 0 to 4095, got 4096"),
        ([-1, 0], True, "row 0: expected a class from 0 to 4095, got -1"),
        ([0, 0.5], False, "row 1: expected a class from 0 to 9, got 0.5"),
        ([0, np.nan], True, "row 1: expected a class from 0 to 4095, got nan"),
        ([0, np.inf], True, "row 1: expected a class from 0 to 4095, got inf"),
        ([2**63, LARGEST], True, "row 0: expected a class from 0 to 4095, got 9"),
        (["a", "b"], False, "expected real numbers, got <U1"),
        ([1j, 2], False, "expected real numbers, got complex128"),
        (np.array(["2026-01-01"] * 2, "M8[D]"), False, "expected real numbers, got datetime64[D]"),
        ([0, 2**64], False, "expected real numbers, got object"),
        ([[0], [1, 2]], False, "expected an array whose rows have the same length"),
        ({"label": [0, 1]}, False, "expected one array, got a mapping"),
    ],
)
def test_classes_that_do_not_fit_are_refused(y, open_, words):
    field, message = refusal(as_targets, y, 2, [goal(CLASS, 10, open=open_)])
    assert field == "y"
    assert words in message


@pytest.mark.parametrize("label", [-1, 10, 0.5, np.nan, np.inf, -np.inf, np.longdouble(10)])
def test_a_single_class_is_checked_as_well(label):
    words = f"row 0: expected a class from 0 to 9, got {label}"
    assert refusal(as_targets, np.array([label]), 1, [goal(CLASS, 10)]) == ("y", words)


# Real values


@given(y=tables(np.float32, st.floats(width=32, allow_infinity=False)), open_=st.booleans())
def test_real_values_come_back_as_they_are(y, open_):
    targets, ports = as_targets(y, len(y), [goal(REAL, 0 if open_ else y.shape[1], open=open_)])
    assert ports == (goal(REAL, y.shape[1], open=open_),)
    assert np.shares_memory(targets, y)
    assert as_answers(targets, ports) is targets


@pytest.mark.parametrize("dtype", NUMBERS)
def test_real_targets_may_be_any_numbers(dtype):
    targets, _ = as_targets(np.array([[0, 1], [100, 1]], dtype), 2, [goal(REAL, 2)])
    assert targets.dtype == np.float32
    assert targets.tolist() == [[0, 1], [float(dtype == "bool") or 100, 1]]


@pytest.mark.parametrize("port", [goal(REAL, 1), goal(REAL, 1, open=True), goal(REAL, 0, open=True)])
def test_one_value_per_row_needs_no_second_dimension(port):
    targets, ports = as_targets([0.5, np.nan], 2, [port])
    np.testing.assert_array_equal(targets, np.array([[0.5], [np.nan]], np.float32))
    assert ports[0].width == 1


@pytest.mark.parametrize(
    ("y", "port", "words"),
    [
        ([[1, 2]], goal(REAL, 3), "expected shape (1, 3), got (1, 2)"),
        ([1], goal(REAL, 3), "expected shape (1, 3), got (1,)"),
        ([[1], [2]], goal(REAL, 1), "expected shape (1, 1), got (2, 1)"),
        ([1, 2], goal(REAL, 1), "expected shape (1, 1), got (2,)"),
        ([], goal(REAL, 1), "expected shape (1, 1), got (0,)"),
        (np.empty((0, 1)), goal(REAL, 0, open=True), "expected shape (1, 1 or more), got (0, 1)"),
        (0.5, goal(REAL, 1), "expected shape (1, 1), got ()"),
        ([1], goal(REAL, 2, open=True), "expected shape (1, 2 or more), got (1,)"),
        ([[]], goal(REAL, 0, open=True), "expected shape (1, 1 or more), got (1, 0)"),
        ([[1]], goal(REAL, 2, open=True), "expected at least 2 values per row, got 1; use NaN for what is missing"),
        ([[1]], goal(BOOL, 2, open=True), "expected at least 2 values per row, got 1"),
        (np.zeros((1, 4097)), goal(REAL, 2, open=True), "expected at most 4096 values per row, got 4097"),
        ([[0, np.inf]], goal(REAL, 2), "row 0: expected numbers within the range of float32, or NaN, got inf"),
        ([[0, -1e39]], goal(REAL, 2), "row 0: expected numbers within the range of float32, or NaN, got -1e+39"),
        ([["a"]], goal(REAL, 1), "expected real numbers, got <U1"),
        ([[None]], goal(REAL, 1), "expected real numbers, got object"),
        ([[1j]], goal(REAL, 1), "expected real numbers, got complex128"),
    ],
)
def test_real_targets_that_do_not_fit_are_refused(y, port, words):
    field, message = refusal(as_targets, y, 1, [port])
    assert field == "y"
    assert message.startswith(words)
    assert ("NaN" in message) == (port.values is REAL and "NaN" in words)


# Bits


@given(y=st.one_of(tables(bool), tables(np.uint8, st.integers(0, 1)), tables(np.float64, st.sampled_from([0.0, 1.0]))))
def test_truth_values_come_back(y):
    targets, ports = as_targets(y, len(y), [goal(BOOL, y.shape[1])])
    assert targets.dtype == np.float32
    answers = as_answers(targets, ports)
    assert answers.dtype == bool
    np.testing.assert_array_equal(answers, y)


@given(
    y=st.one_of(
        tables(np.uint64),
        tables(np.int64, st.integers(0, 2**63 - 1)),
        tables(">u8"),
        tables(np.float64, st.integers(0, 2**53).map(float)),
        tables(np.float32, st.sampled_from([0.0, -0.0, 2.0**62, float(2**63 - 2**39)])),
        tables(bool),
    ),
    open_=st.booleans(),
)
def test_whole_numbers_come_back(y, open_):
    targets, ports = as_targets(y, len(y), [goal(INT, 0 if open_ else y.shape[1], open=open_)])
    assert targets.shape == (len(y), 64 * y.shape[1]) == (len(y), raw_outputs(ports[0]))
    assert targets.dtype == np.float32
    answers = as_answers(targets, ports)
    assert (answers.dtype, answers.tolist()) == (np.uint64, [[int(value) for value in row] for row in y.tolist()])


@given(y=st.lists(st.integers(0, LARGEST), min_size=1))
def test_lists_of_whole_numbers_are_exact(y):
    targets, ports = as_targets(y, len(y), [goal(INT, 1)])
    assert as_answers(targets, ports).tolist() == [[value] for value in y]
    bits = [[float(bit) for bit in reversed(f"{value:064b}")] for value in y]
    assert targets.tolist() == bits


def test_lists_may_mix_kinds_of_whole_numbers():
    y = [[1, LARGEST], [2.0, np.uint64(2**63)], [True, np.int8(3)], [np.float32(4), np.bool_(True)]]
    targets, ports = as_targets(y, 4, [goal(INT, 2)])
    assert as_answers(targets, ports).tolist() == [[1, LARGEST], [2, 2**63], [1, 3], [4, 1]]


@given(y=st.one_of(*(tables(kind) for kind in (">f4", np.float32, np.float16))))
def test_bits_of_floats_come_back_even_those_of_nan(y):
    targets, ports = as_targets(y, len(y), [goal(FLOAT, y.shape[1])])
    assert targets.shape == (len(y), 32 * y.shape[1]) == (len(y), raw_outputs(ports[0]))
    answers = as_answers(targets, ports)
    assert answers.dtype == np.float32
    assert answers.tobytes() == np.ascontiguousarray(y, np.float32).tobytes()


def test_the_least_significant_bit_of_a_float_comes_first():
    targets, _ = as_targets([-1.0], 1, [goal(FLOAT, 1)])  # 0xBF800000
    assert [place for place, bit in enumerate(targets[0]) if bit] == [*range(23, 30), 31]


@given(bits=arrays.arrays(np.float32, (3, 64), elements=st.floats(0, 1, width=32)))
def test_a_bit_is_set_where_it_is_likely(bits):
    ones = as_answers(bits, [goal(BOOL, 64)])
    np.testing.assert_array_equal(ones, bits >= 0.5)
    whole = as_answers(bits, [goal(INT, 1)])[:, 0]
    assert whole.tolist() == [sum(2**k for k in range(64) if row[k]) for row in ones]


@pytest.mark.parametrize(
    ("values", "y", "words"),
    [
        (BOOL, [0, 2], "row 1: expected 0 or 1, got 2"),
        (BOOL, [0, 0.5], "row 1: expected 0 or 1, got 0.5"),
        (BOOL, [np.nan, 1], "row 0: expected 0 or 1, got nan"),
        (BOOL, [-1, 1], "row 0: expected 0 or 1, got -1"),
        (BOOL, ["true", "false"], "expected real numbers, got <U5"),
        (INT, [0, -1], f"row 1: expected a whole number from 0 to {LARGEST}, got -1"),
        (INT, [LARGEST, -1], f"row 1: expected a whole number from 0 to {LARGEST}, got -1"),
        (INT, [0, 2**64], f"row 1: expected a whole number from 0 to {LARGEST}, got {2**64}"),
        (INT, [0, 10**5000], f"row 1: expected a whole number from 0 to {LARGEST}, got a far larger one"),
        (INT, [0, 0.5], f"row 1: expected a whole number from 0 to {LARGEST}, got 0.5"),
        (INT, [0, np.nan], f"row 1: expected a whole number from 0 to {LARGEST}, got nan"),
        (INT, [0, np.inf], f"row 1: expected a whole number from 0 to {LARGEST}, got inf"),
        (INT, [0, 2.0**63], f"row 1: expected a whole number from 0 to {LARGEST}, got 9"),
        (
            INT,
            np.array([0, 0.5]),
            f"row 1: expected a whole number from 0 to {LARGEST} (a float: below 2**63), got 0.5",
        ),
        (INT, np.array([0, 2.0**63]), f"row 1: expected a whole number from 0 to {LARGEST} (a float: below 2**63)"),
        (INT, np.array([np.nan, 1], np.float16), f"row 0: expected a whole number from 0 to {LARGEST}"),
        (INT, np.array([np.inf, 1], np.float16), f"row 0: expected a whole number from 0 to {LARGEST}"),
        (INT, np.array([0, 1], object), "expected real numbers, got object"),
        (INT, ["0", "1"], "expected real numbers, got <U1"),
        (INT, [None, 1], "expected real numbers, got NoneType"),
        (INT, [[1], [2, 3]], "expected an array whose rows have the same length"),
        (INT, np.array(["2026-01-01"] * 2, "M8[D]"), "expected real numbers, got datetime64[D]"),
        (FLOAT, [0, 1e39], "row 1: expected numbers within the range of float32, got 1e+39"),
        (FLOAT, [0, 1j], "expected real numbers, got complex128"),
    ],
)
def test_bits_that_do_not_fit_are_refused(values, y, words):
    field, message = refusal(as_targets, y, 2, [goal(values, 1)])
    assert field == "y"
    assert words in message


# Ports without a meaning


@pytest.mark.parametrize(
    ("y", "port", "meaning", "width"),
    [
        ([3, 1], goal(None, 0, open=True), CLASS, 4),
        ([[3.0], [1.0]], goal(None, 0, open=True), CLASS, 4),
        ([True, False], goal(None, 0, open=True), CLASS, 2),
        ([3, 1], goal(None, 10), CLASS, 10),
        ([0.5, 1], goal(None, 0, open=True), REAL, 1),
        ([np.nan, 1], goal(None, 0, open=True), REAL, 1),
        ([-1, 1], goal(None, 0, open=True), REAL, 1),
        ([4096, 1], goal(None, 0, open=True), REAL, 1),
        ([0, 1], goal(None, 1), REAL, 1),
        (np.eye(2), goal(None, 0, open=True), REAL, 2),
        (np.eye(2), goal(None, 2), REAL, 2),
    ],
)
def test_the_first_targets_decide_what_a_port_means(y, port, meaning, width):
    assert as_targets(y, 2, [port])[1] == (goal(meaning, width, open=port.open),)


@pytest.mark.parametrize(
    ("y", "words"),
    [([3, 10], "row 1: expected a class from 0 to 9, got 10"), ([0.5, 1], "expected shape (2, 10), got (2,)")],
)
def test_first_targets_must_fit_a_fixed_size(y, words):
    assert refusal(as_targets, y, 2, [goal(None, 10)]) == ("y", words)


@pytest.mark.parametrize("y", [[], np.empty((0, 4)), np.empty((0, 1), np.int64)])
@pytest.mark.parametrize("values", [None, *OutputValues])
def test_no_targets_are_no_error_and_decide_nothing(y, values):
    port = goal(values, 4, open=True)
    targets, ports = as_targets(y, 0, [port])
    assert (targets.shape, ports) == ((0, 1 if values is CLASS else raw_outputs(port)), (port,))
    assert as_answers(np.empty((0, raw_outputs(port)), np.float32), ports).shape == (0, 4)


# Several outputs

OUTPUTS = [goal(CLASS, 3, "kind"), goal(INT, 1, "count"), goal(BOOL, 2, "alarms"), goal(FLOAT, 1, "exact"), goal(REAL)]
TRUTH = {
    "kind": [2, 0],
    "count": [LARGEST, 1],
    "alarms": [[True, False], [True, True]],
    "exact": [np.inf, 0.1],
    "label": [[1, 2, 3, np.nan], [4, 5, 6, 7]],
}


def test_several_outputs_come_back_by_name():
    targets, ports = as_targets(TRUTH, 2, OUTPUTS)
    assert (targets.shape, targets.dtype, ports) == ((2, 1 + 64 + 2 + 32 + 4), "float32", tuple(OUTPUTS))
    assert targets.flags.c_contiguous
    one_hot = (targets[:, :1] == np.arange(3)).astype(np.float32)
    answers = as_answers(np.concatenate([one_hot, targets[:, 1:]], axis=1), ports)
    assert list(answers) == [port.name for port in ports]
    assert answers["kind"].tolist() == [[0, 0, 1], [1, 0, 0]]
    assert answers["count"].tolist() == [[LARGEST], [1]]
    assert answers["alarms"].tolist() == TRUTH["alarms"]
    assert answers["exact"].tolist() == [[np.inf], [float(np.float32(0.1))]]
    np.testing.assert_array_equal(answers["label"], TRUTH["label"])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"count": [1]}, "y.count", "expected shape (2, 1), got (1,)"),
        ({"count": [1, -1]}, "y.count", "row 1: expected a whole number"),
        ({"kind": [0, 3]}, "y.kind", "row 1: expected a class from 0 to 2, got 3"),
        ({"kind": [0, 3, 1]}, "y.kind", "expected 2 class numbers, got shape (3,)"),
        ({"alarms": [["a", "b"]]}, "y.alarms", "expected real numbers, got <U1"),
        ({"mood": [1, 2]}, "y.mood", "unknown name, expected kind, count, alarms, exact, label"),
    ],
)
def test_targets_of_several_ports_that_do_not_fit_are_refused(change, field, words):
    found, message = refusal(as_targets, TRUTH | change, 2, OUTPUTS)
    assert found == field
    assert words in message


def test_targets_of_several_ports_are_given_by_name():
    assert refusal(as_targets, [1, 2], 2, OUTPUTS)[0] == "y"
    assert refusal(as_targets, {"kind": [0, 1]}, 2, OUTPUTS) == ("y.count", "expected values, got none")


# Anything


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.complex_numbers())
ANYTHING = st.one_of(
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner)),
    st.lists(st.one_of(st.integers(), st.floats()), max_size=3),
    arrays.arrays(
        st.one_of(arrays.scalar_dtypes(), arrays.unicode_string_dtypes()), arrays.array_shapes(min_dims=0, min_side=0)
    ),
)


@given(thing=ANYTHING, width=st.integers(0, 2), values=st.sampled_from([None, *OutputValues]), rows=st.integers(0, 3))
def test_anything_is_taken_or_refused_by_name(thing, width, values, rows):
    port, truth = source(width, open=width == 0), goal(values, width, open=width == 0)
    for call, arguments in (
        (as_samples, (thing, [port])),
        (as_samples, ({"picture": thing, "sound": thing}, [port, source(2, "sound")])),
        (as_targets, (thing, rows, [truth])),
        (as_targets, ({"label": thing, "kind": thing}, rows, [truth, goal(CLASS, 2, "kind")])),
    ):
        with suppress(InputError):
            found, _ = call(*arguments)
            assert found.flags.c_contiguous
            assert found.dtype in {np.dtype(np.uint8), np.dtype(np.float32)}


def test_examples_run():
    found = doctest.testmod(codecs, extraglobs={"Port": Port, "InputValues": InputValues})
    assert (found.failed, found.attempted > 0) == (0, True)
