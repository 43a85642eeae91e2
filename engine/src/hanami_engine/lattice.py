"""Hexagons on a 3-D lattice: what they are for, and who touches whom."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class HexagonType(StrEnum):
    """What a hexagon is for."""

    INPUT = "input"
    INTERNAL = "internal"
    OUTPUT = "output"


class Position(NamedTuple):
    """Column `x`, row `y` and layer `z` of a hexagon."""

    x: int
    y: int
    z: int

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.z}"


def neighbours(position: Position) -> frozenset[Position]:
    """Give the twelve positions that touch `position`.

    Rows are shifted as in a honeycomb, and layers lie on each other as spheres do in a close packing: six neighbours
    in the layer, three below and three above.
    """
    x, y, z = position
    left = x - 1 if y % 2 == 0 else x  # the nearer of the two columns that a row above or below touches
    layer = {(x - 1, y), (x + 1, y), *((column, row) for row in (y - 1, y + 1) for column in (left, left + 1))}
    below = {(x, y), (left, y - 1), (left + 1, y - 1)}
    above = {(x, y), (left, y + 1), (left + 1, y + 1)}
    return frozenset(
        Position(column, row, floor)
        for floor, cells in ((z, layer), (z - 1, below), (z + 1, above))
        for column, row in cells
    )
