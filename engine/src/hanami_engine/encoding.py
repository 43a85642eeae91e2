"""What output hexagons mean: from targets to what each output shall say, and from outputs back to answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hanami_engine.arrays import as_array, as_numbers, expect, fit, ordered, rounded
from hanami_engine.errors import InputError
from hanami_engine.layout import InputValues, OutputValues
from hanami_engine.ports import BITS, MOST_OUTPUTS, Port, raw_outputs
from hanami_engine.records import Array

END_OF_UINT64, END_OF_WHOLE_FLOATS = 2**64, np.float64(2**63)
_CLASS, _REAL = OutputValues.CLASS, OutputValues.REAL
LONGEST_SHOWN = 128  # bits of a number in a message: Python itself refuses to write very long ones
WHOLE = f"a whole number from 0 to {END_OF_UINT64 - 1}"


def encode(field: str, given: npt.ArrayLike, rows: int, port: Port) -> tuple[Array, Port]:
    """Give the targets [rows, columns] of one port, and what is known of the port by then; see `codecs.as_targets`."""
    array = _as_whole(field, given) if port.values is OutputValues.INT else as_numbers(field, given)
    if rows == 0 and array.ndim in {1, 2} and len(array) == 0:
        return np.empty((0, 1 if port.values is OutputValues.CLASS else raw_outputs(port)), np.float32), port
    values = _meaning(array, port) if port.values is None else port.values
    if values is OutputValues.CLASS:
        targets, width = _encode_classes(field, array, rows, port)
    else:
        if array.shape == (rows,) and (port.width == 1 or (port.open and port.width == 0)):
            array = array.reshape(rows, 1)
        array = fit(field, array, rows, port, MOST_OUTPUTS)
        width = array.shape[1]
        targets = ordered(_ENCODERS[values](field, array))
    return targets, port if (values, width) == (port.values, port.width) else replace(port, values=values, width=width)


def _meaning(array: Array, port: Port) -> OutputValues:
    one_column = array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)
    if not one_column or (port.width == 1 and not port.open):
        return OutputValues.REAL
    good = array == np.floor(array) if array.dtype.kind == "f" else np.ones(array.shape, bool)
    if port.open:
        good &= (array >= 0) & (array < MOST_OUTPUTS)
    return OutputValues.CLASS if good.all() else OutputValues.REAL


def _encode_classes(field: str, array: Array, rows: int, port: Port) -> tuple[Array, int]:
    if array.shape not in {(rows,), (rows, 1)}:
        raise InputError(field, f"expected {rows} class numbers, got shape {array.shape}")
    most = MOST_OUTPUTS if port.open else port.width
    array = array.reshape(rows, 1)
    if (
        rows == 1 and 0 <= (label := array.item()) < most and label == int(label)
    ):  # one sample at a time is the usual way
        return array.astype(np.float32, copy=False), max(port.width, int(label) + 1)
    good = (array >= 0) & (array < most)
    if array.dtype.kind == "f":
        good &= array == np.floor(array)
    expect(field, good, array, f"a class from 0 to {most - 1}")
    return array.astype(np.float32), max(port.width, int(array.max()) + 1)


def _encode_real(field: str, array: Array) -> Array:
    values = rounded(array)
    expect(field, ~np.isinf(values), array, "numbers within the range of float32, or NaN")
    return values


def _encode_bool(field: str, array: Array) -> Array:
    expect(field, (array == 0) | (array == 1), array, "0 or 1")
    return array.astype(np.float32)


def _encode_int(field: str, array: Array) -> Array:
    if array.dtype.kind == "i":
        expect(field, array >= 0, array, WHOLE)
    elif array.dtype.kind == "f":
        good = (array >= 0) & (array < END_OF_WHOLE_FLOATS) & (array == np.floor(array))
        expect(field, good, array, f"{WHOLE} (a float: below 2**63)")
    return _spread(array.astype("<u8"))


def _encode_float(field: str, array: Array) -> Array:
    values = rounded(array)
    expect(field, ~np.isinf(values) | np.isinf(array), array, "numbers within the range of float32")
    return _spread(values.astype("<f4", copy=False))


_ENCODERS: Mapping[InputValues | OutputValues, Callable[[str, Array], Array]] = {
    OutputValues.REAL: _encode_real,
    OutputValues.BOOL: _encode_bool,
    OutputValues.INT: _encode_int,
    OutputValues.FLOAT: _encode_float,
}


def _spread(values: Array) -> Array:
    octets = np.ascontiguousarray(values).view(np.uint8)
    return np.unpackbits(octets, axis=1, bitorder="little").astype(np.float32)


def decode(raw: Array, port: Port) -> Array:
    """Give what the raw outputs [n, outputs] of one port mean; see `codecs.as_answers`."""
    if port.values is _CLASS or port.values is _REAL:
        return raw
    if port.values is OutputValues.BOOL:
        return raw >= 0.5
    if port.values not in BITS:
        return raw
    octets = np.ascontiguousarray(np.packbits(raw >= 0.5, axis=1, bitorder="little"))
    if port.values is OutputValues.INT:
        return octets.view("<u8").astype(np.uint64, copy=False)
    return octets.view("<f4").astype(np.float32, copy=False)


def _as_whole(field: str, given: npt.ArrayLike) -> Array:
    """Give an array of numbers in which whole ones are exact: NumPy reads a list of 1 and 2**63 as floats."""
    if hasattr(given, "__array__") or as_array(field, given).dtype.kind not in "fO":
        return as_numbers(field, given)
    array = np.array(given, object)
    whole = np.empty(array.shape, np.uint64)
    for index, value in np.ndenumerate(array):
        if not isinstance(value, (int, float, np.bool_, np.integer, np.floating)):
            raise InputError(field, f"expected real numbers, got {type(value).__name__}")
        end = END_OF_UINT64 if isinstance(value, (int, np.integer)) else END_OF_WHOLE_FLOATS
        if not (0 <= value < end and value == int(value)):
            found = "a far larger one" if isinstance(value, int) and value.bit_length() > LONGEST_SHOWN else value
            raise InputError(field, f"row {index[0] if index else 0}: expected {WHOLE}, got {found}")
        whole[index] = int(value)
    return whole
