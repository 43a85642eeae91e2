"""Time windows over the rows of a table: what a network sees of the past, and what it is to tell."""

from __future__ import annotations

import operator
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from hanami_engine.arrays import as_numbers
from hanami_engine.errors import InputError
from hanami_engine.ports import MOST_INPUTS
from hanami_engine.records import Array

MOST_ROWS = 1 << 48


def windows(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    time_length: SupportsIndex,
    forecast_length: SupportsIndex = 1,
    lead: SupportsIndex = 1,
) -> tuple[Array, Array]:
    """Cut successive rows of a table into samples and their targets.

    A sample is `time_length` rows of `inputs`, one after the other; its target is `forecast_length` rows of `outputs`,
    the first of which lies `lead` rows after the last one of the sample.  The next sample begins one row later.

    Parameters
    ----------
    inputs : array_like [rows] or [rows, columns]
        What is known of every row.
    outputs : array_like [rows] or [rows, columns]
        What is to be told of every row.
    time_length : int
        Rows of a sample, 1 to 1,048,576.
    forecast_length : int
        Rows of a target, 1 to 1,048,576.
    lead : int
        Rows from the last one of a sample to the first one of its target: 1 is a forecast, ``1 - forecast_length`` lets
        both end at the same row.

    Returns
    -------
    x : array [n, time_length * columns]
        Samples, the oldest row first; a read-only view of C-contiguous inputs, not a copy.
    y : array [n, forecast_length * columns]
        Targets likewise; n is 0 where the table is too short.

    Raises
    ------
    InputError
        Not numbers, not tables of the same number of rows, or a length or lead out of range.

    Examples
    --------
    >>> x, y = windows([1, 2, 3, 4, 5], [10, 20, 30, 40, 50], time_length=3)
    >>> x.tolist(), y.tolist()
    ([[1, 2, 3], [2, 3, 4]], [[40], [50]])
    >>> x, y = windows([1, 2, 3, 4], [10, 20, 30, 40], time_length=3, forecast_length=2, lead=-1)
    >>> x.tolist(), y.tolist()
    ([[1, 2, 3], [2, 3, 4]], [[20, 30], [30, 40]])
    """
    past, future = _table("inputs", inputs), _table("outputs", outputs)
    if len(past) != len(future):
        raise InputError("outputs", f"expected {len(past)} rows as in inputs, got {len(future)}")
    seen = _whole("time_length", time_length, 1, MOST_INPUTS)
    told = _whole("forecast_length", forecast_length, 1, MOST_INPUTS)
    ahead = seen - 1 + _whole("lead", lead, -MOST_ROWS, MOST_ROWS)  # from first to first row
    first = max(0, -ahead)
    count = max(0, min(len(past) - seen, len(past) - told - ahead) + 1 - first)
    return _cut(past, first, count, seen), _cut(future, first + ahead, count, told)


def _table(field: str, given: npt.ArrayLike) -> Array:
    array = as_numbers(field, given)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2 or array.shape[1] == 0:
        raise InputError(field, f"expected shape (rows,) or (rows, columns), got {array.shape}")
    return np.ascontiguousarray(array)


def _whole(field: str, given: SupportsIndex, least: int, most: int) -> int:
    try:
        number = operator.index(given)
    except TypeError as error:
        raise InputError(field, f"expected a whole number, got {type(given).__name__}") from error
    if not least <= number <= most:
        raise InputError(field, f"expected a whole number from {least} to {most}, got {number}")
    return number


def _cut(table: Array, first: int, count: int, length: int) -> Array:
    columns = table.shape[1]
    if count == 0:
        return np.empty((0, length * columns), table.dtype)
    rows = table[first : first + count + length - 1].reshape(-1)
    return np.lib.stride_tricks.sliding_window_view(rows, length * columns)[::columns]
