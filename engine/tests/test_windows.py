"""Windows over a table are what a loop over its rows gives."""

import doctest
from importlib import import_module

import numpy as np
import pytest
from hanami_engine import InputError
from hanami_engine.windows import windows
from hypothesis import given
from hypothesis import strategies as st


def naive(inputs, outputs, seen, told, lead):
    x, y = [], []
    for first in range(len(inputs) - seen + 1):
        begin = first + seen - 1 + lead
        if begin >= 0 and begin + told <= len(outputs):
            x.append([value for row in inputs[first : first + seen] for value in row])
            y.append([value for row in outputs[begin : begin + told] for value in row])
    return x, y


def table(rows, columns, dtype=np.int64, order="C"):
    return np.arange(rows * columns).reshape(rows, columns).astype(dtype, order=order)


@given(
    rows=st.integers(0, 20),
    columns=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seen=st.integers(1, 8),
    told=st.integers(1, 8),
    lead=st.integers(-12, 12),
    dtype=st.sampled_from(["uint8", "float32", "float64", "int64"]),
    order=st.sampled_from("CF"),
)
def test_windows_are_those_of_a_loop(rows, columns, seen, told, lead, dtype, order):
    inputs, outputs = table(rows, columns[0], dtype, order), table(rows, columns[1], "int32", order)
    x, y = windows(inputs, outputs, time_length=seen, forecast_length=told, lead=lead)
    wanted_x, wanted_y = naive(inputs.tolist(), outputs.tolist(), seen, told, lead)
    assert (x.tolist(), y.tolist()) == (wanted_x, wanted_y)
    assert (x.shape, y.shape) == ((len(wanted_x), seen * columns[0]), (len(wanted_y), told * columns[1]))
    assert (x.dtype, y.dtype) == (inputs.dtype, outputs.dtype)


@given(rows=st.integers(1, 20), seen=st.integers(1, 8), told=st.integers(1, 8))
def test_both_windows_may_end_at_the_same_row(rows, seen, told):
    column = np.arange(rows)
    x, y = windows(column, column, time_length=seen, forecast_length=told, lead=1 - told)
    np.testing.assert_array_equal(x[:, -1], y[:, -1])
    assert len(x) == max(0, rows - max(seen, told) + 1)


@pytest.mark.parametrize("columns", [1, 3])
def test_a_table_is_not_copied(columns):
    inputs, outputs = table(1000, columns), table(1000, columns)
    for view, given_table in zip(windows(inputs, outputs, time_length=25, lead=-4), (inputs, outputs), strict=True):
        assert np.shares_memory(view, given_table)
        assert not view.flags.writeable


def test_one_column_may_be_a_list():
    x, y = windows([1, 2, 3, 4], [[5], [6], [7], [8]], time_length=2, lead=0)
    assert (x.tolist(), y.tolist()) == ([[1, 2], [2, 3], [3, 4]], [[6], [7], [8]])


@pytest.mark.parametrize(("rows", "seen", "lead"), [(0, 1, 1), (3, 3, 1), (3, 4, 0), (9, 2, 10**9), (9, 2, -(10**9))])
def test_a_table_that_is_too_short_gives_no_sample(rows, seen, lead):
    x, y = windows(np.ones((rows, 2)), np.ones(rows), time_length=seen, lead=lead, forecast_length=2)
    assert (x.shape, y.shape) == ((0, 2 * seen), (0, 2))


@pytest.mark.parametrize(
    ("inputs", "outputs", "options", "field", "words"),
    [
        (["a", "b"], [1, 2], {}, "inputs", "expected real numbers, got <U1"),
        ([1, 2], [None, 2], {}, "outputs", "expected real numbers, got object"),
        (np.array(["2026-01-01"], "M8[D]"), [1], {}, "inputs", "expected real numbers"),
        ([[1, 2], [3]], [1, 2], {}, "inputs", "rows have the same length"),
        (5, [5], {}, "inputs", "expected shape (rows,) or (rows, columns), got ()"),
        (np.ones((2, 2, 2)), [1, 2], {}, "inputs", "expected shape (rows,) or (rows, columns), got (2, 2, 2)"),
        ([1, 2], np.ones((2, 0)), {}, "outputs", "expected shape (rows,) or (rows, columns), got (2, 0)"),
        ([1, 2, 3], [1, 2], {}, "outputs", "expected 3 rows as in inputs, got 2"),
        ([1, 2], [1, 2], {"time_length": 0}, "time_length", "expected a whole number from 1 to 1048576, got 0"),
        ([1, 2], [1, 2], {"time_length": 10**30}, "time_length", "expected a whole number from 1"),
        ([1, 2], [1, 2], {"time_length": 1.5}, "time_length", "expected a whole number, got float"),
        ([1, 2], [1, 2], {"forecast_length": -1}, "forecast_length", "expected a whole number from 1"),
        ([1, 2], [1, 2], {"forecast_length": "1"}, "forecast_length", "expected a whole number, got str"),
        ([1, 2], [1, 2], {"lead": None}, "lead", "expected a whole number, got NoneType"),
        ([1, 2], [1, 2], {"lead": 10**30}, "lead", "expected a whole number from -"),
    ],
)
def test_what_does_not_fit_is_refused(inputs, outputs, options, field, words):
    with pytest.raises(InputError) as caught:
        windows(inputs, outputs, **{"time_length": 1, **options})
    assert caught.value.field == field
    assert words in caught.value.message


def test_examples_run():
    found = doctest.testmod(import_module("hanami_engine.windows"))
    assert (found.failed, found.attempted > 0) == (0, True)
