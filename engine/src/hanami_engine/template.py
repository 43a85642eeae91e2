"""Template: the trellis of a network, read from YAML text.

A template names hexagons on the lattice, which of them take input and which give output, and their sizes.  Nothing is
connected by it.  This version trains one input, one internal and one output hexagon that touch in this order.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hanami_engine.errors import TemplateError
from hanami_engine.lattice import Position, neighbours
from hanami_engine.state import LANES

DEAD_ZONE_OF_REALS = 0.02  # part of the range; classes are content with less, see `Settings`
LARGEST_TEXT = 1 << 18
LARGEST_SIZE = {"input": 1 << 20, "internal": 1 << 16, "output": 1 << 12}
LARGEST_REACH = 1 << 21  # inputs times blocks of neurons: a table of 16 MiB, and sections of 1 GiB when all have grown
FARTHEST = 1 << 20


class HexagonType(StrEnum):
    """What a hexagon is for."""

    INPUT = "input"
    INTERNAL = "internal"
    OUTPUT = "output"


class Values(StrEnum):
    """What the outputs of an output hexagon mean."""

    CLASS = "class"  # one output per class; the target is the number of the class
    REAL = "real"  # every output is a real value of any range


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One hexagon: where it is, what it is for and how many neurons it may hold."""

    position: Position
    type: HexagonType
    size: int
    name: str | None = None
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the learning rule.

    Attributes
    ----------
    learning_rate : float
        Rate at the first sample, before the schedule lowers it; above 0, at most 1.
    dead_zone : float
        A sample whose largest output error stays below this teaches nothing; 0 to 1: of a probability, or of the range
        of a real output.
    """

    learning_rate: float = 0.045
    dead_zone: float = 0.075


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template.

    Attributes
    ----------
    text : str
        The text it was read from.
    hexagons : tuple of Hexagon
        In the order of the text.
    settings : Settings
        Settings of the learning rule.
    """

    text: str
    hexagons: tuple[Hexagon, ...]
    settings: Settings

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template from YAML text.

        Raises
        ------
        TemplateError
            The text is not YAML or not a usable template; names line and key.
        """
        root = _load(text)
        _only(root, "", {"version", "hexagons", "settings"}, required={"version", "hexagons"})
        if root["version"] != 1 or isinstance(root["version"], bool):
            raise _error(root, "version", "version", "expected 1")
        nodes = root["hexagons"]
        if not isinstance(nodes, CommentedSeq) or not nodes:
            raise _error(root, "hexagons", "hexagons", "expected a list of hexagons")
        hexagons = tuple(_hexagon(nodes, index) for index in range(len(nodes)))
        _check_layout(nodes, hexagons)
        _check_reach(nodes, hexagons)
        outputs = next(hexagon.values for hexagon in hexagons if hexagon.values is not None)
        return cls(text, hexagons, _settings(root, outputs))

    @property
    def input(self) -> Hexagon:
        """The hexagon that takes input."""
        return self._one(HexagonType.INPUT)

    @property
    def internal(self) -> Hexagon:
        """The hexagon between input and output."""
        return self._one(HexagonType.INTERNAL)

    @property
    def output(self) -> Hexagon:
        """The hexagon that gives output."""
        return self._one(HexagonType.OUTPUT)

    @property
    def input_size(self) -> int:
        """Number of values of a sample."""
        return self.input.size

    @property
    def output_size(self) -> int:
        """Number of outputs: classes or real values."""
        return self.output.size

    @property
    def output_kind(self) -> Values:
        """What the outputs mean."""
        return self.output.values or Values.CLASS

    def _one(self, wanted: HexagonType) -> Hexagon:
        return next(hexagon for hexagon in self.hexagons if hexagon.type is wanted)


def _load(text: str) -> CommentedMap:
    if len(text) > LARGEST_TEXT:
        raise TemplateError(f"expected at most {LARGEST_TEXT} characters, got {len(text)}")
    try:
        root = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        raise TemplateError(f"not YAML: {error.problem or 'unreadable'}", line=line) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise TemplateError("not YAML: unreadable characters or too deep nesting") from error
    if not isinstance(root, CommentedMap):
        raise TemplateError("expected a mapping with 'version' and 'hexagons'", line=1)
    return root


def _line(node: CommentedMap | CommentedSeq, key: str | int) -> int:
    """Line of `key` in `node`, or of the node itself where the key is missing; counted from 1."""
    place = node.lc.data.get(key) if node.lc.data else None
    return int(place[0] if place else node.lc.line) + 1


def _error(node: CommentedMap | CommentedSeq, key: str | int, path: str, message: str) -> TemplateError:
    return TemplateError(message, line=_line(node, key), key=path)


def _only(node: CommentedMap, path: str, allowed: set[str], required: set[str]) -> None:
    """Refuse unknown and missing keys."""
    for key in node:
        if key not in allowed:
            raise _error(node, key, f"{path}{key}", f"unknown key; expected one of {', '.join(sorted(allowed))}")
    for key in sorted(required - set(node)):
        raise _error(node, key, f"{path}{key}", "missing")


def _integer(node: CommentedMap | CommentedSeq, key: str | int, path: str, low: int, high: int) -> int:
    value = node[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _error(node, key, path, f"expected a whole number from {low} to {high}")
    return int(value)


def _choice(node: CommentedMap, key: str, path: str, choices: type[StrEnum]) -> Any:  # noqa: ANN401  the enum's member
    try:
        return choices(node[key])
    except (ValueError, TypeError) as error:
        expected = ", ".join(choice.value for choice in choices)
        raise _error(node, key, path, f"expected one of {expected}") from error


def _hexagon(nodes: CommentedSeq, index: int) -> Hexagon:
    node, path = nodes[index], f"hexagons[{index}]"
    if not isinstance(node, CommentedMap):
        raise _error(nodes, index, path, "expected a mapping with 'position', 'type' and 'size'")
    _only(node, f"{path}.", {"position", "type", "size", "name", "values"}, required={"position", "type", "size"})
    place = node["position"]
    if not isinstance(place, CommentedSeq) or len(place) != len(Position._fields):
        raise _error(node, "position", f"{path}.position", "expected three whole numbers [x, y, z]")
    position = Position(*(_integer(place, axis, f"{path}.position", -FARTHEST, FARTHEST) for axis in range(3)))
    kind: HexagonType = _choice(node, "type", f"{path}.type", HexagonType)
    size = _integer(node, "size", f"{path}.size", 1, LARGEST_SIZE[kind])
    name = node.get("name")
    if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 120 or not name.isprintable()):
        raise _error(node, "name", f"{path}.name", "expected 1 to 120 printable characters")
    if "values" in node and kind is not HexagonType.OUTPUT:
        raise _error(node, "values", f"{path}.values", "only an output hexagon has values")
    values: Values | None = _choice(node, "values", f"{path}.values", Values) if "values" in node else None
    if kind is HexagonType.OUTPUT:
        values = values or Values.CLASS
        if values is Values.CLASS and size < 2:
            raise _error(node, "size", f"{path}.size", "expected at least 2 classes")
    return Hexagon(position, kind, size, None if name is None else str(name), values)


def _check_layout(nodes: CommentedSeq, hexagons: tuple[Hexagon, ...]) -> None:
    """Refuse positions used twice and anything but input → internal → output."""
    seen: dict[Position, int] = {}
    for index, hexagon in enumerate(hexagons):
        if hexagon.position in seen:
            message = f"position {hexagon.position} is taken by hexagons[{seen[hexagon.position]}]"
            raise _error(nodes, index, f"hexagons[{index}].position", message)
        seen[hexagon.position] = index
    by_type = {kind: [hexagon for hexagon in hexagons if hexagon.type is kind] for kind in HexagonType}
    for kind, found in by_type.items():
        if len(found) != 1:
            message = f"expected exactly one {kind} hexagon, got {len(found)}"
            raise TemplateError(message, line=nodes.lc.line + 1, key="hexagons")
    internal = by_type[HexagonType.INTERNAL][0]
    for kind in (HexagonType.INPUT, HexagonType.OUTPUT):
        hexagon = by_type[kind][0]
        if hexagon.position not in neighbours(internal.position):
            index = hexagons.index(hexagon)
            message = f"the {kind} hexagon {hexagon.position} does not touch the internal one {internal.position}"
            raise _error(nodes, index, f"hexagons[{index}].position", message)


def _check_reach(nodes: CommentedSeq, hexagons: tuple[Hexagon, ...]) -> None:
    """Refuse sizes that are possible each on its own, but not together."""
    sizes = {hexagon.type: hexagon.size for hexagon in hexagons}
    most = LARGEST_REACH // sizes[HexagonType.INPUT] * LANES
    if sizes[HexagonType.INTERNAL] > most:
        index = next(index for index, hexagon in enumerate(hexagons) if hexagon.type is HexagonType.INTERNAL)
        message = f"expected at most {most} neurons for {sizes[HexagonType.INPUT]} inputs"
        raise _error(nodes[index], "size", f"hexagons[{index}].size", message)


def _settings(root: CommentedMap, outputs: Values) -> Settings:
    defaults = Settings() if outputs is Values.CLASS else Settings(dead_zone=DEAD_ZONE_OF_REALS)
    node = root.get("settings")
    if node is None:
        return defaults
    if not isinstance(node, CommentedMap):
        raise _error(root, "settings", "settings", "expected a mapping")
    names = {field.name for field in dataclasses.fields(Settings)}
    _only(node, "settings.", names, required=set())
    values: dict[str, float] = {}
    for key in node:
        value = node[key]
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise _error(node, key, f"settings.{key}", "expected a number from 0 to 1")
        values[key] = float(value)
    if values.get("learning_rate") == 0:
        raise _error(node, "learning_rate", "settings.learning_rate", "expected a number above 0")
    return dataclasses.replace(defaults, **values)
