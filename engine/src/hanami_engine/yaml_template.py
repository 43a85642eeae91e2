"""Reads templates in Hanami's own format, YAML with the shape of ``template.schema.json``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
from ruamel.yaml.scalarbool import ScalarBoolean

from hanami_engine.errors import TemplateError
from hanami_engine.lattice import HexagonType, Position
from hanami_engine.layout import (
    DEFAULT_NEURONS,
    FARTHEST,
    LARGEST_SIZE,
    RANGES,
    Axons,
    Draft,
    Hexagon,
    InputValues,
    OutputValues,
    Settings,
    Spot,
    check_name,
    check_setting,
)

BOOLEANS = (bool, ScalarBoolean)  # the latter is what an anchor makes of the former
DEEPEST = 16  # what is nested far deeper than templates are takes ruamel seconds
Node = CommentedMap | CommentedSeq
UNREADABLE = (YAMLError, YAMLWarning, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What ruamel raises at odd texts: a LookupError at ``0x_``, a TypeError at a list as a key, and so on."""
VALUES: dict[HexagonType, type[StrEnum]] = {HexagonType.INPUT: InputValues, HexagonType.OUTPUT: OutputValues}


def read(text: str) -> Draft:
    """Read a template from YAML text.

    Raises
    ------
    TemplateError
        Not YAML, or a shape that the schema does not allow.
    """
    root = _load(text)
    _only(root, "", {"version", "hexagons", "axons", "settings"}, required={"version", "hexagons"})
    if root["version"] != 1 or isinstance(root["version"], BOOLEANS):
        raise _error(root, "version", "version", "expected 1")
    nodes = root["hexagons"]
    if not isinstance(nodes, CommentedSeq) or not nodes:
        raise _error(root, "hexagons", "hexagons", "expected a list of hexagons")
    hexagons = [
        (_hexagon(nodes, index), Spot(_line(nodes, index), f"hexagons[{index}]")) for index in range(len(nodes))
    ]
    return Draft(hexagons, _axons(root), _settings(root), Spot(_line(root, "hexagons"), "hexagons"))


def _load(text: str) -> CommentedMap:
    yaml = YAML(typ="rt")
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False  # nobody reads it
    try:
        root = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        problem = (error.problem or "unreadable").partition(", if necessary")[0]  # how programmers may go deeper
        raise TemplateError(f"not YAML: {problem}", line=line) from error
    except UNREADABLE as error:
        raise TemplateError("not YAML: unreadable characters, an unreadable value or too deep nesting") from error
    if not isinstance(root, CommentedMap):
        raise TemplateError("expected a mapping with 'version' and 'hexagons'", line=1)
    return root


def _line(node: Node, key: str | int) -> int:
    """Line of `key` in `node`, or of the node itself where the key is missing; counted from 1."""
    place = node.lc.data.get(key) if node.lc.data else None
    return int(place[0] if place else node.lc.line) + 1


def _error(node: Node, key: str | int, path: str, message: str) -> TemplateError:
    return Spot(_line(node, key), path).error(message)


def _only(node: CommentedMap, path: str, allowed: set[str], required: set[str]) -> None:
    """Refuse unknown and missing keys."""
    for key in node:
        if key not in allowed:
            raise _error(node, key, f"{path}{key}", f"unknown key; expected one of {', '.join(sorted(allowed))}")
    for key in sorted(required - set(node)):
        raise _error(node, key, f"{path}{key}", "missing")


def _integer(node: Node, key: str | int, path: str, low: int, high: int) -> int:
    value = node[key]
    if not isinstance(value, int) or isinstance(value, BOOLEANS) or not low <= value <= high:
        raise _error(node, key, path, f"expected a whole number from {low} to {high}")
    return int(value)


def _choice(node: CommentedMap, key: str, path: str, choices: type[StrEnum]) -> Any:  # noqa: ANN401  the enum's member
    try:
        return choices(node[key])
    except (ValueError, TypeError) as error:
        expected = ", ".join(choice.value for choice in choices)
        raise _error(node, key, path, f"expected one of {expected}") from error


def _position(node: CommentedMap, key: str, path: str) -> Position:
    place = node[key]
    if not isinstance(place, CommentedSeq) or len(place) != len(Position._fields):
        raise _error(node, key, path, "expected three whole numbers [x, y, z]")
    return Position(*(_integer(place, axis, path, -FARTHEST, FARTHEST) for axis in range(3)))


def _hexagon(nodes: CommentedSeq, index: int) -> Hexagon:
    node, path = nodes[index], f"hexagons[{index}]"
    if not isinstance(node, CommentedMap):
        raise _error(nodes, index, path, "expected a mapping with 'position' and 'type'")
    _only(node, f"{path}.", {"position", "type", "size", "name", "values"}, required={"position", "type"})
    position = _position(node, "position", f"{path}.position")
    kind: HexagonType = _choice(node, "type", f"{path}.type", HexagonType)
    size = DEFAULT_NEURONS if kind is HexagonType.INTERNAL else None
    if "size" in node:
        size = _integer(node, "size", f"{path}.size", 1, LARGEST_SIZE[kind])
    name = _name(node, path)
    values = _values(node, path, kind)
    if values is OutputValues.CLASS and size == 1:
        raise _error(node, "size", f"{path}.size", "expected at least 2 classes")
    return Hexagon(position, kind, size, name, values)


def _name(node: CommentedMap, path: str) -> str | None:
    if "name" not in node:
        return None
    try:
        return check_name(node["name"])
    except ValueError as error:
        raise _error(node, "name", f"{path}.name", str(error)) from error


def _values(node: CommentedMap, path: str, kind: HexagonType) -> InputValues | OutputValues | None:
    given = "values" in node
    if given and kind is HexagonType.INTERNAL:
        raise _error(node, "values", f"{path}.values", "only an input or output hexagon has values")
    if kind is HexagonType.INTERNAL or (given and kind is HexagonType.OUTPUT and node["values"] is None):
        return None
    if not given:
        return InputValues.REAL if kind is HexagonType.INPUT else OutputValues.CLASS
    values: InputValues | OutputValues = _choice(node, "values", f"{path}.values", VALUES[kind])
    return values


def _axons(root: CommentedMap) -> Axons:
    nodes = root.get("axons")
    if nodes is None:
        return []
    if not isinstance(nodes, CommentedSeq):
        raise _error(root, "axons", "axons", "expected a list of axons")
    axons: Axons = []
    for index, node in enumerate(nodes):
        path = f"axons[{index}]"
        if not isinstance(node, CommentedMap):
            raise _error(nodes, index, path, "expected a mapping with 'from' and 'to'")
        _only(node, f"{path}.", {"from", "to"}, required={"from", "to"})
        source, target = (_position(node, end, f"{path}.{end}") for end in ("from", "to"))
        axons.append(((source, target), Spot(_line(nodes, index), path)))
    return axons


def _settings(root: CommentedMap) -> Settings:
    node = root.get("settings")
    if node is None:
        return Settings()
    if not isinstance(node, CommentedMap):
        raise _error(root, "settings", "settings", "expected a mapping")
    _only(node, "settings.", set(RANGES), required=set())
    values = {}
    for key, value in node.items():
        try:
            values[key] = check_setting(key, bool(value) if isinstance(value, ScalarBoolean) else value)
        except ValueError as error:
            raise _error(node, key, f"settings.{key}", str(error)) from error
    return Settings(**values)
