"""What users hand in as arrays, checked and brought into the form that kernels take."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hanami_engine.errors import InputError
from hanami_engine.layout import InputValues, OutputValues
from hanami_engine.ports import Port
from hanami_engine.records import Array

DIRECT = (np.dtype(np.uint8), np.dtype(np.float32))


def as_row(field: str, given: npt.ArrayLike) -> Any:  # noqa: ANN401  an array, or a list of what is none yet
    """Give one sample, or one target, as a table of one row.

    What is no array yet stays as it is in a list, so that whole numbers are still exact and errors still named later.
    """
    return as_array(field, given)[None] if hasattr(given, "__array__") else [given]


def as_numbers(field: str, given: npt.ArrayLike) -> Array:
    """Give an array of real numbers or truth values; an InputError names the field."""
    array = as_array(field, given)
    if array.dtype.kind not in "buif":
        raise InputError(field, f"expected real numbers, got {array.dtype}")
    return array


def as_array(field: str, given: npt.ArrayLike) -> Array:
    """Give an array of whatever was handed in; an InputError names the field."""
    try:
        return np.asarray(given)
    except ValueError as error:
        raise InputError(field, "expected an array whose rows have the same length") from error
    except (TypeError, RuntimeError, OverflowError) as error:  # of an array of another library
        raise InputError(field, f"expected an array: {error}") from error


def fit(field: str, array: Array, rows: int | None, port: Port, most: int) -> Array:
    """Check that an array is [rows, width of the port], or wider where the port is open."""
    if array.ndim == 2 and array.shape[1] == port.width > 0 and rows in {None, len(array)}:
        return array
    if array.ndim in {1, 2} and len(array) == 0 and not rows:
        return np.empty((0, port.width), array.dtype)
    if array.ndim != 2 or rows not in {None, len(array)} or not (port.open and array.shape[1]):
        wanted = f"{max(port.width, 1)}{' or more' if port.open else ''}"
        raise InputError(field, f"expected shape ({'n' if rows is None else rows}, {wanted}), got {array.shape}")
    width = array.shape[1]
    if width < port.width:
        hint = "; use NaN for what is missing" if port.values in {*InputValues, OutputValues.REAL} else ""
        raise InputError(field, f"expected at least {port.width} values per row, got {width}{hint}")
    if width > most:
        raise InputError(field, f"expected at most {most} values per row, got {width}")
    return array


def direct(array: Array) -> Array:
    """Give a C-contiguous uint8 or float32 array; one that is that already is not copied."""
    if array.dtype not in DIRECT:
        array = array.view(np.uint8) if array.dtype.kind == "b" else rounded(array)
    return ordered(array)


def ordered(array: Array) -> Array:
    """Give a C-contiguous, aligned array."""
    if array.flags.c_contiguous and array.flags.aligned:
        return array
    return np.require(array, requirements=["C", "A"])


def rounded(array: Array) -> Array:
    """Give an array of float32; what is too large for it becomes infinite."""
    if array.dtype == np.float32:
        return array
    with np.errstate(all="ignore"):
        return array.astype(np.float32)


def expect(field: str, good: Array, given: Array, expected: str) -> None:
    """Raise an InputError that names the first row which is not good."""
    if not good.all():
        row, column = divmod(int(np.argmin(good)), good.shape[1])
        raise InputError(field, f"row {row}: expected {expected}, got {given[row, column]}")
