"""From what users hand in to what kernels take, and back: samples, targets, answers.

A *port* is one input or output hexagon as data sees it.  With one port, its values are one array; with several, they
are a mapping from the name of each to its array, and an error names the field as ``x.picture``.  No rows are no error:
they decide and widen nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hanami_engine.arrays import DIRECT, as_numbers, direct, fit, ordered
from hanami_engine.encoding import decode, encode
from hanami_engine.errors import InputError
from hanami_engine.layout import OutputValues
from hanami_engine.ports import MOST_INPUTS, Port, Values, raw_outputs
from hanami_engine.records import Array

NAMES_SHOWN = 8

Stages = dict[int, tuple[Port, ...]]
"""From which row on output ports are what."""


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
        if type(x) is np.ndarray and x.ndim == 2 and x.dtype in DIRECT and x.shape[1] == ports[0].width > 0:
            return ordered(x), (x.shape[1],)  # the usual way, where every microsecond counts
        samples = direct(fit("x", as_numbers("x", _only("x", x)), None, ports[0], MOST_INPUTS))
        return samples, (samples.shape[1],)
    parts: list[Array] = []
    for field, given, port in _each("x", x, ports):
        part = direct(fit(field, as_numbers(field, given), None, port, MOST_INPUTS))
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
        targets, port = encode("y", _only("y", y), samples, ports[0])
        return targets, (port,)
    encoded = [encode(field, given, samples, port) for field, given, port in _each("y", y, ports)]
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
        return decode(raw, ports[0])
    answers, start = {}, 0
    for port in ports:
        end = start + raw_outputs(port)
        answers[port.name] = decode(np.ascontiguousarray(raw[:, start:end]), port)
        start = end
    return answers


class Told:
    """Answers that were given while a network learned and its ports may have become wider."""

    def __init__(self) -> None:
        self._parts: list[tuple[Array, tuple[Port, ...]]] = []

    def room(self, rows: int, ports: tuple[Port, ...]) -> Array:
        """Give an array [rows, raw outputs of all ports] for the next samples."""
        raw = np.empty((rows, sum(map(raw_outputs, ports))), np.float32)
        self._parts.append((raw, ports))
        return raw

    def answers(self, ports: Sequence[Port]) -> Array | dict[str, Array]:
        """Give what all of them mean, in the widths that ports have at the end; see `as_answers`."""
        if len(self._parts) == 1:
            return as_answers(self._parts[0][0], ports)
        widest = np.zeros((sum(len(raw) for raw, _ in self._parts), sum(map(raw_outputs, ports))), np.float32)
        row = 0
        for raw, before in self._parts:
            start = column = 0
            for port, final in zip(before, ports, strict=True):
                width = raw_outputs(port)
                widest[row : row + len(raw), column : column + width] = raw[:, start : start + width]
                start, column = start + width, column + raw_outputs(final)
            row += len(raw)
        return as_answers(widest, ports)


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
