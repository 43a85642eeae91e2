"""From what users hand in to what kernels take, and back: samples, targets, answers.

A *port* is one input or output hexagon as data sees it.  With one port, its values are one array; with several, they
are a mapping from the name of each to its array, and an error names the field as ``x.picture``.  No rows are no error:
they decide and widen nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hanami_engine.errors import InputError
from hanami_engine.lattice import HexagonType
from hanami_engine.layout import LARGEST_SIZE, InputValues, OutputValues
from hanami_engine.records import Array

Values = npt.ArrayLike | Mapping[str, npt.ArrayLike]
"""Values of the only input or output hexagon, or of each by its name."""

DIRECT = (np.dtype(np.uint8), np.dtype(np.float32))
BITS: Mapping[InputValues | OutputValues | None, int] = {OutputValues.INT: 64, OutputValues.FLOAT: 32}
MOST_INPUTS, MOST_OUTPUTS = LARGEST_SIZE[HexagonType.INPUT], LARGEST_SIZE[HexagonType.OUTPUT]
NAMES_SHOWN = 8
END_OF_UINT64, END_OF_WHOLE_FLOATS = 2**64, np.float64(2**63)
LONGEST_SHOWN = 128  # bits of a number in a message: Python itself refuses to write very long ones
WHOLE = f"a whole number from 0 to {END_OF_UINT64 - 1}"


@dataclass(frozen=True, slots=True)
class Port:
    """One input or output hexagon as data sees it.

    Attributes
    ----------
    name : str
        Under which its values are handed in where there are several.
    values : InputValues or OutputValues or None
        What the values mean; None for an output whose first targets decide it.
    width : int
        Values per row, or classes, so far; 0 for an open port before its first data.
    open : bool
        Wider rows, or higher classes, make it wider.
    """

    name: str
    values: InputValues | OutputValues | None
    width: int
    open: bool


Stages = dict[int, tuple[Port, ...]]
"""From which row on output ports are what."""


def raw_outputs(port: Port) -> int:
    """Count the raw outputs of an output port: one per class or value, 64 per integer, 32 per float."""
    return port.width * BITS.get(port.values, 1)


def as_samples(x: Values, ports: Sequence[Port]) -> tuple[Array, tuple[int, ...]]:
    """Give samples as one C-contiguous uint8 or float32 array.

    Such an array is taken without a copy where there is one port, a read-only one too.  Truth values count as 0 and 1,
    other real numbers are rounded to float32.  NaN means that there is no reading, infinity (and what is too large for
    float32) counts as the largest magnitude, negative values have sections of their own.

    Parameters
    ----------
    x : array_like or mapping
        Values [n, width] of the only port, or of each by its name.
    ports : sequence of Port
        The input hexagons.

    Returns
    -------
    samples : array [n, sum of widths]
        The values of all ports, side by side.
    widths : tuple of int
        Values per row of every port from now on.

    Raises
    ------
    InputError
        Not numbers, not two dimensions with a column per value, or not the same rows and names as the ports.

    Examples
    --------
    >>> port = Port("sensor", InputValues.REAL, 2, open=True)
    >>> samples, widths = as_samples([[1, 2, 3]], [port])
    >>> samples.tolist(), widths
    ([[1.0, 2.0, 3.0]], (3,))
    """
    if len(ports) == 1:
        samples = _direct(_fit("x", as_numbers("x", _only("x", x)), None, ports[0], MOST_INPUTS))
        return samples, (samples.shape[1],)
    parts: list[Array] = []
    for field, given, port in _each("x", x, ports):
        part = _direct(_fit(field, as_numbers(field, given), None, port, MOST_INPUTS))
        if parts and len(part) != len(parts[0]):
            raise InputError(field, f"expected {len(parts[0])} rows as in {ports[0].name}, got {len(part)}")
        parts.append(part)
    return _side_by_side(parts), tuple(part.shape[1] for part in parts)


def as_targets(y: Values, samples: int, ports: Sequence[Port]) -> tuple[Array, tuple[Port, ...]]:
    """Give targets as one C-contiguous float32 array, and what is known of the ports by now.

    ========= ============================================== =========================================================
    values    taken                                          columns
    ========= ============================================== =========================================================
    ``CLASS`` one class number per row                       1: the class number
    ``REAL``  numbers; NaN where the truth is not known,     1 per value
              infinity is refused
    ``BOOL``  0 and 1                                        1 per value
    ``INT``   whole numbers from 0 to 2**64 - 1, to the last 64 per value: its bits, the least significant one first
              digit; floats only where whole and below 2**63
    ``FLOAT`` numbers, rounded to float32; bits of NaN and   32 per value: its bits, the least significant one first
              of infinity are kept
    ========= ============================================== =========================================================

    A port without a meaning takes one column of whole numbers that can be classes as ``CLASS``, unless a template fixed
    its size at one value, and everything else as ``REAL``.

    Parameters
    ----------
    y : array_like or mapping
        Values [n, width] of the only port (one value per row: [n] as well), or of each by its name.
    samples : int
        Number of rows.
    ports : sequence of Port
        The output hexagons.

    Returns
    -------
    targets : float32 array [n, columns]
        The columns of all ports, side by side.
    ports : tuple of Port
        The ports, with what they mean and how wide they are from now on.

    Raises
    ------
    InputError
        Values that the port does not take; names the first row that has one.

    Examples
    --------
    >>> targets, ports = as_targets([2, 0], 2, [Port("digit", OutputValues.CLASS, 0, open=True)])
    >>> targets.tolist(), ports[0].width
    ([[2.0], [0.0]], 3)
    """
    if len(ports) == 1:
        targets, port = _encode("y", _only("y", y), samples, ports[0])
        return targets, (port,)
    encoded = [_encode(field, given, samples, port) for field, given, port in _each("y", y, ports)]
    return _side_by_side([part for part, _ in encoded]), tuple(port for _, port in encoded)


def stages(targets: Array, before: Sequence[Port], after: Sequence[Port]) -> Stages:
    """Find the rows at which an open port of classes meets one that is higher than all before.

    Learning from there on with the ports that are known by then makes a stream mean the same, however it is cut.

    Parameters
    ----------
    targets : float32 array [n, columns]
        See `as_targets`; n is at least 1.
    before, after : sequence of Port
        What was known of the ports, and what `as_targets` gave.

    Returns
    -------
    mapping of int to tuple of Port
        The ports from each of these rows on; row 0 is one of them.

    Examples
    --------
    >>> port = Port("digit", OutputValues.CLASS, 0, open=True)
    >>> targets, after = as_targets([1, 0, 3], 3, [port])
    >>> {row: ports[0].width for row, ports in stages(targets, [port], after).items()}
    {0: 2, 2: 4}
    """
    rows, widths, column = {0}, {}, 0
    for port, final in zip(before, after, strict=True):
        if final.values is OutputValues.CLASS and final.width > port.width:
            widths[port.name] = np.maximum(np.maximum.accumulate(targets[:, column]) + 1, port.width).astype(int)
            rows |= set((np.flatnonzero(np.diff(widths[port.name])) + 1).tolist())
        column += 1 if final.values is OutputValues.CLASS else raw_outputs(final)
    return {
        row: tuple(replace(port, width=int(widths[port.name][row])) if port.name in widths else port for port in after)
        for row in sorted(rows)
    }


def as_answers(raw: Array, ports: Sequence[Port]) -> Array | dict[str, Array]:
    """Give what raw outputs mean.

    Parameters
    ----------
    raw : float32 array [n, sum of raw outputs]
        Outputs of all ports, side by side; of bits, the probability that it is set.
    ports : sequence of Port
        The output hexagons.

    Returns
    -------
    array or dict of arrays by name
        ``CLASS``: probabilities [n, classes], ``REAL``: values [n, width] (both float32), ``BOOL``: bool, ``INT``:
        uint64, ``FLOAT``: float32 [n, width]; a bit is set where its probability is at least one half.

    Examples
    --------
    >>> as_answers(np.array([[0.2, 0.9]], np.float32), [Port("alarm", OutputValues.BOOL, 2, open=False)])
    array([[False,  True]])
    """
    if len(ports) == 1:
        return _decode(raw, ports[0])
    answers, start = {}, 0
    for port in ports:
        end = start + raw_outputs(port)
        answers[port.name] = _decode(np.ascontiguousarray(raw[:, start:end]), port)
        start = end
    return answers


def as_row(field: str, given: npt.ArrayLike) -> Any:  # noqa: ANN401  an array, or a list of what is none yet
    """Give one sample, or one target, as a table of one row.

    What is no array yet stays as it is in a list, so that whole numbers are still exact and errors still named later.
    """
    return _as_array(field, given)[None] if hasattr(given, "__array__") else [given]


def as_numbers(field: str, given: npt.ArrayLike) -> Array:
    """Give an array of real numbers or truth values; an InputError names the field."""
    array = _as_array(field, given)
    if array.dtype.kind not in "buif":
        raise InputError(field, f"expected real numbers, got {array.dtype}")
    return array


def _as_array(field: str, given: npt.ArrayLike) -> Array:
    try:
        return np.asarray(given)
    except ValueError as error:
        raise InputError(field, "expected an array whose rows have the same length") from error
    except (TypeError, RuntimeError, OverflowError) as error:  # of an array of another library
        raise InputError(field, f"expected an array: {error}") from error


def _only(field: str, given: Values) -> npt.ArrayLike:
    if isinstance(given, Mapping):
        raise InputError(field, "expected one array, got a mapping")
    return given


def _each(field: str, given: Values, ports: Sequence[Port]) -> Iterable[tuple[str, npt.ArrayLike, Port]]:
    names = {port.name for port in ports}
    shown = ", ".join(port.name for port in ports[:NAMES_SHOWN]) + (", …" if len(ports) > NAMES_SHOWN else "")
    if not isinstance(given, Mapping):
        raise InputError(field, f"expected a mapping with values of {shown}, got {type(given).__name__}")
    for port in ports:
        if port.name not in given:
            raise InputError(f"{field}.{port.name}", "expected values, got none")
    for name in given:
        if name not in names:
            raise InputError(f"{field}.{name}", f"unknown name, expected {shown}")
    return ((f"{field}.{port.name}", given[port.name], port) for port in ports)


def _side_by_side(parts: list[Array]) -> Array:
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def _fit(field: str, array: Array, rows: int | None, port: Port, most: int) -> Array:
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


def _direct(array: Array) -> Array:
    if array.dtype not in DIRECT:
        array = array.view(np.uint8) if array.dtype.kind == "b" else _rounded(array)
    return _ordered(array)


def _ordered(array: Array) -> Array:
    if array.flags.c_contiguous and array.flags.aligned:
        return array
    return np.require(array, requirements=["C", "A"])


def _rounded(array: Array) -> Array:
    if array.dtype == np.float32:
        return array
    with np.errstate(all="ignore"):  # what is too large for float32 becomes infinite
        return array.astype(np.float32)


def _encode(field: str, given: npt.ArrayLike, rows: int, port: Port) -> tuple[Array, Port]:
    array = _as_whole(field, given) if port.values is OutputValues.INT else as_numbers(field, given)
    if rows == 0 and array.ndim in {1, 2} and len(array) == 0:
        return np.empty((0, 1 if port.values is OutputValues.CLASS else raw_outputs(port)), np.float32), port
    values = _meaning(array, port) if port.values is None else port.values
    if values is OutputValues.CLASS:
        targets, width = _encode_classes(field, array, rows, port)
    else:
        if array.shape == (rows,) and (port.width == 1 or (port.open and port.width == 0)):
            array = array.reshape(rows, 1)
        array = _fit(field, array, rows, port, MOST_OUTPUTS)
        width = array.shape[1]
        targets = _ordered(_ENCODERS[values](field, array))
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
        return array.astype(np.float32), max(port.width, int(label) + 1)
    good = (array >= 0) & (array < most)
    if array.dtype.kind == "f":
        good &= array == np.floor(array)
    _expect(field, good, array, f"a class from 0 to {most - 1}")
    return array.astype(np.float32), max(port.width, int(array.max()) + 1)


def _encode_real(field: str, array: Array) -> Array:
    values = _rounded(array)
    _expect(field, ~np.isinf(values), array, "numbers within the range of float32, or NaN")
    return values


def _encode_bool(field: str, array: Array) -> Array:
    _expect(field, (array == 0) | (array == 1), array, "0 or 1")
    return array.astype(np.float32)


def _encode_int(field: str, array: Array) -> Array:
    if array.dtype.kind == "i":
        _expect(field, array >= 0, array, WHOLE)
    elif array.dtype.kind == "f":
        good = (array >= 0) & (array < END_OF_WHOLE_FLOATS) & (array == np.floor(array))
        _expect(field, good, array, f"{WHOLE} (a float: below 2**63)")
    return _spread(array.astype("<u8"))


def _encode_float(field: str, array: Array) -> Array:
    values = _rounded(array)
    _expect(field, ~np.isinf(values) | np.isinf(array), array, "numbers within the range of float32")
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


def _decode(raw: Array, port: Port) -> Array:
    if port.values is OutputValues.BOOL:
        return raw >= 0.5
    if port.values not in BITS:
        return raw
    octets = np.ascontiguousarray(np.packbits(raw >= 0.5, axis=1, bitorder="little"))
    if port.values is OutputValues.INT:
        return octets.view("<u8").astype(np.uint64, copy=False)
    return octets.view("<f4").astype(np.float32, copy=False)


def _expect(field: str, good: Array, given: Array, expected: str) -> None:
    if not good.all():
        row, column = divmod(int(np.argmin(good)), good.shape[1])
        raise InputError(field, f"row {row}: expected {expected}, got {given[row, column]}")


def _as_whole(field: str, given: npt.ArrayLike) -> Array:
    """Give an array of numbers in which whole ones are exact: NumPy reads a list of 1 and 2**63 as floats."""
    if hasattr(given, "__array__") or _as_array(field, given).dtype.kind not in "fO":
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
