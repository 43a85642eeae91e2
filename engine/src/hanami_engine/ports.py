"""Ports: input and output hexagons as data sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy.typing as npt

from hanami_engine.lattice import HexagonType
from hanami_engine.layout import LARGEST_SIZE, InputValues, OutputValues

Values = npt.ArrayLike | Mapping[str, npt.ArrayLike]
"""Values of the only input or output hexagon, or of each by its name."""

BITS: Mapping[InputValues | OutputValues | None, int] = {OutputValues.INT: 64, OutputValues.FLOAT: 32}
_CLASS, _REAL = OutputValues.CLASS, OutputValues.REAL
MOST_INPUTS, MOST_OUTPUTS = LARGEST_SIZE[HexagonType.INPUT], LARGEST_SIZE[HexagonType.OUTPUT]


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


def raw_outputs(port: Port) -> int:
    """Count the raw outputs of an output port: one per class or value, 64 per integer, 32 per float."""
    if port.values is _CLASS or port.values is _REAL:  # the usual ones, asked for every call
        return port.width
    return port.width * BITS.get(port.values, 1)
