"""What a template says, whichever text it was read from: hexagons, axons, settings, and the checks they all pass.

The readers of the text formats give a `Draft`, in which everything still knows its place in the text, so that a mistake
that shows only in the whole is named with line and key as well.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from hanami_engine.errors import TemplateError
from hanami_engine.lattice import HexagonType, Position
from hanami_engine.paths import PathError, Paths, find_paths

DEFAULT_NEURONS = 512  # of an internal hexagon whose text names no size
FARTHEST = 1 << 20
LARGEST_SIZE = {HexagonType.INPUT: 1 << 20, HexagonType.INTERNAL: 1 << 16, HexagonType.OUTPUT: 1 << 12}
LONGEST_NAME = 120
MOST_AXONS = 1 << 12
MOST_HEXAGONS = 1 << 10  # each may reach all others: what a small text can ask of the path search is bounded


class InputValues(StrEnum):
    """What the values of an input hexagon mean."""

    REAL = "real"  # any number
    BINARY = "binary"  # every value above 0 counts as 1
    MATCH = "match"  # a section of its own for each value


class OutputValues(StrEnum):
    """What the values of an output hexagon mean."""

    CLASS = "class"  # one value per class; the target is the number of the class
    REAL = "real"  # every value is a real number of any range
    BOOL = "bool"  # 0 or 1
    INT = "int"  # unsigned integers, 64 outputs each
    FLOAT = "float"  # 32 outputs each, the bits of a float


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One hexagon: where it is, what it is for and how much it may hold.

    Attributes
    ----------
    position : Position
        On the lattice.
    type : HexagonType
        Input, internal or output.
    size : int or None
        Values of an input or output hexagon, None where they grow with the data; the most neurons of an internal one.
    name : str or None
        Under which data of an input or output hexagon are handed in; see `label`.
    values : InputValues or OutputValues or None
        What the values of an input or output hexagon mean; None for an output that takes the first targets as a sign.
    """

    position: Position
    type: HexagonType
    size: int | None
    name: str | None = None
    values: InputValues | OutputValues | None = None

    @property
    def label(self) -> str:
        """The name, or the position where there is none."""
        return self.name or str(self.position)


class Range(NamedTuple):
    """Which values a setting takes: from `low` (or above it) to `high`, or on and off where `high` is 0."""

    low: float = 0
    high: float = 0
    above: bool = False
    optional: bool = False


def _setting(default: Any, *allowed: Any) -> Any:  # noqa: ANN401  a field of any type
    return field(default=default, metadata={"range": Range(*allowed)})


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the learning rule.

    Attributes
    ----------
    learning_rate : float
        Rate at the first sample, before the schedule lowers it; above 0, at most 1.
    dead_zone : float or None
        A sample whose largest output error stays below this teaches nothing; 0 to 1: of a probability, or of the range
        of a real output.  None: what suits the kind of output.
    fan_out : int
        Blocks of neurons that a source may reach, 1 to 1024.
    max_connection_distance : int
        Steps that a section may span, 1 to 1024.
    neuron_cooldown : float
        The potential of a neuron is divided by this from one step to the next, 1 to 1e38; large: no memory.
    refractory_time : int
        Steps until a neuron that fired can be triggered again, 1 to 65,536.
    enable_reduction : bool
        Remove sections that stay inactive.
    reduction_threshold : float
        A section that is active in a smaller part of the samples counts as inactive; 0 to 1.
    memory_limit : int
        Most bytes of the network, 64 KiB to 512 GiB.
    """

    learning_rate: float = _setting(0.045, 0.0, 1.0, True)
    dead_zone: float | None = _setting(None, 0.0, 1.0, False, True)
    fan_out: int = _setting(8, 1, 1 << 10)
    max_connection_distance: int = _setting(1, 1, MOST_HEXAGONS)
    neuron_cooldown: float = _setting(1e9, 1.0, 1e38)
    refractory_time: int = _setting(1, 1, 1 << 16)
    enable_reduction: bool = _setting(False)
    reduction_threshold: float = _setting(0.01, 0.0, 1.0)
    memory_limit: int = _setting(1 << 30, 1 << 16, 1 << 39)  # sections have numbers of 31 bits


RANGES: dict[str, Range] = {item.name: item.metadata["range"] for item in dataclasses.fields(Settings)}


def check_name(name: object) -> str:
    """Give a name; a ValueError says what was expected."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(f"expected 1 to {LONGEST_NAME} printable characters")
    return str(name)


def check_setting(name: str, value: Any) -> Any:  # noqa: ANN401  of the type of the setting
    """Give the value of a setting as its type; a ValueError says what was expected."""
    low, high, above, optional = RANGES[name]
    if value is None and optional:
        return None
    if not high:
        if not isinstance(value, bool):
            raise ValueError("expected true or false")
        return value
    number = int if isinstance(low, int) else float
    good = isinstance(value, (int, number)) and not isinstance(value, bool) and low <= value <= high
    if not good or (above and value == low):
        kind = "a whole number" if number is int else "a number"
        raise ValueError(f"expected {kind} {'above' if above else 'from'} {low:.16g} to {high:.16g}")
    return number(value)


class Spot(NamedTuple):
    """A place in the text of a template."""

    line: int | None
    key: str

    def error(self, message: str) -> TemplateError:
        """Give the error that names this place."""
        return TemplateError(message, line=self.line, key=self.key)


Hexagons = list[tuple[Hexagon, Spot]]
Axons = list[tuple[tuple[Position, Position], Spot]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text says, with the place of everything: hexagons first, all else refers to them.

    Attributes
    ----------
    hexagons : list of (Hexagon, Spot)
        In the order of the text.
    axons : list of ((Position, Position), Spot)
        Connections beyond the lattice.
    settings : Settings
        Settings of the learning rule.
    spot : Spot
        Of the list of hexagons.
    """

    hexagons: Hexagons
    axons: Axons
    settings: Settings
    spot: Spot

    def check(self) -> Paths:
        """Check the whole and find its paths.

        Raises
        ------
        TemplateError
            Positions or names taken twice, no input, internal or output hexagon, or a layout without paths.
        """
        for things, most, kind in ((self.hexagons, MOST_HEXAGONS, "hexagons"), (self.axons, MOST_AXONS, "axons")):
            if len(things) > most:
                raise self.spot.error(f"expected at most {most} {kind}, got {len(things)}")
        spots: dict[Position, Spot] = {}
        names: dict[tuple[HexagonType, str], Spot] = {}
        for hexagon, spot in self.hexagons:
            if hexagon.position in spots:
                raise spot.error(f"position {hexagon.position} is taken by {spots[hexagon.position].key}")
            spots[hexagon.position] = spot
            if hexagon.type is not HexagonType.INTERNAL:
                other = names.setdefault((hexagon.type, hexagon.label), spot)
                if other is not spot:
                    raise spot.error(f"the name {hexagon.label} is taken by {other.key}")
        kinds = {hexagon.position: hexagon.type for hexagon, _ in self.hexagons}
        for kind in HexagonType:
            if kind not in kinds.values():
                raise self.spot.error(f"expected at least one {kind} hexagon, got none")
        try:
            return find_paths(kinds, [axon for axon, _ in self.axons], self.settings.max_connection_distance)
        except PathError as error:
            spot = spots[error.position] if error.axon is None else self.axons[error.axon][1]
            raise spot.error(str(error)) from error
