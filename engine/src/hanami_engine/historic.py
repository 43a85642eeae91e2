"""Reads the two historic text formats of Hanami, unchanged: ``bricks:`` up to 0.4, ``hexagons:`` lines from 0.5 on.

They look like YAML but are not: the lines of positions carry no colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

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
    Hexagons,
    InputValues,
    OutputValues,
    Settings,
    Spot,
    check_name,
    check_setting,
)

Node = Tree[Token]

BRICKS = re.compile(r"^[ \t]*bricks[ \t]*:[ \t\r]*(#.*)?$", re.MULTILINE)
HEXAGONS = re.compile(r"^[ \t]*hexagons[ \t]*:([ \t]*(#.*)?\r?\n)+[ \t]*-?[0-9]+[ \t]*,", re.MULTILINE)
MARKS: dict[HexagonType, dict[str, InputValues | OutputValues]] = {
    HexagonType.INPUT: {"binary": InputValues.BINARY, "match": InputValues.MATCH},
    HexagonType.OUTPUT: {"bool": OutputValues.BOOL, "int": OutputValues.INT, "float": OutputValues.FLOAT},
}
TERMS = {
    "_NL": "the end of the line",
    "_ARROW": "'->'",
    "COLON": "':'",
    "MARK": "a mark in brackets",
    "NAME": "a name",
    "POSITION": "a position x,y,z",
    "VALUE": "a value",
}  # what is not listed here is the header of a section
WHOLE = re.compile(r"-?[0-9]{1,18}")


def is_historic(text: str) -> bool:
    """Tell whether a text is meant to be in one of the historic formats."""
    return bool(BRICKS.search(text) or HEXAGONS.search(text))


def read(text: str) -> Draft:
    """Read a template in one of the historic formats.

    Raises
    ------
    TemplateError
        The text does not follow the grammar, or a value is not what it should be; names the line.
    """
    sections = _sections(text)
    settings = _settings(sections)
    if "bricks" in sections:
        section = sections["bricks"]
        return Draft([_brick(brick) for brick in _nodes(section)], [], settings, _spot(section, "bricks"))
    section = sections["hexagons"]
    return Draft(_hexagons(sections), _axons(sections), settings, _spot(section, "hexagons"))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark.open("historic.lark", rel_to=__file__, parser="lalr")


def _sections(text: str) -> dict[str, Node]:
    """Parse a text, and refuse sections that are given twice or do not belong together."""
    try:
        tree = _parser().parse(text.removeprefix("\ufeff") + "\n")
    except UnexpectedInput as error:
        raise _syntax_error(error) from error
    sections: dict[str, Node] = {}
    for section in _nodes(tree):
        if section.data in sections:
            raise _spot(section, section.data).error("given twice")
        sections[section.data] = section
    if "bricks" in sections:
        for name in ("hexagons", "axons", "inputs", "outputs"):
            if name in sections:
                raise _spot(sections[name], name).error("cannot stand beside 'bricks'")
    if "version" not in sections:
        raise Spot(1, "version").error("missing")
    if sections["version"].children[1] != "1":
        raise _spot(sections["version"], "version").error("expected 1")
    return sections


def _nodes(node: Node | None) -> list[Node]:
    return [child for child in node.children if isinstance(child, Tree)] if node else []


def _tokens(node: Node) -> list[Token]:
    return [child for child in node.children if isinstance(child, Token)]


def _syntax_error(error: UnexpectedInput) -> TemplateError:
    wanted: Iterable[str] = ()
    if isinstance(error, UnexpectedToken):
        wanted = error.accepts or error.expected
    elif isinstance(error, UnexpectedCharacters):
        wanted = error.allowed or ()
    terms = {TERMS.get(name, "a section such as 'hexagons:'") for name in wanted}
    if len(terms) > 1:
        terms.discard(TERMS["_NL"])
    return TemplateError(f"expected {' or '.join(sorted(terms))}", line=error.line)


def _spot(section: Node, key: str) -> Spot:
    return Spot(_tokens(section)[0].line, key)


def _entries(nodes: Iterable[Node], path: str, allowed: Iterable[str]) -> dict[str, tuple[str, Spot]]:
    """Give values by key, and refuse keys that are unknown or given twice."""
    entries: dict[str, tuple[str, Spot]] = {}
    for node in nodes:
        key, value = _tokens(node)
        spot = Spot(key.line, f"{path}{key}")
        if key not in allowed:
            raise spot.error(f"unknown key; expected one of {', '.join(sorted(allowed))}")
        if key in entries:
            raise spot.error("given twice")
        entries[str(key)] = (str(value), spot)
    return entries


def _settings(sections: dict[str, Node]) -> Settings:
    values = {}
    nodes = _nodes(sections.get("settings"))
    for key, (value, spot) in _entries(nodes, "settings.", RANGES).items():
        try:
            values[key] = check_setting(key, _scalar(value))
        except ValueError as error:
            raise spot.error(str(error)) from error
    return Settings(**values)


def _scalar(text: str) -> bool | float | str:
    if text in {"true", "false"}:
        return text == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _position(token: Token, spot: Spot) -> Position:
    position = Position(*(int(part[:20]) for part in token.split(",")))
    if any(abs(part) > FARTHEST for part in position):
        raise spot.error(f"expected three whole numbers from {-FARTHEST} to {FARTHEST}")
    return position


def _brick(node: Node) -> tuple[Hexagon, Spot]:
    """Read a hexagon of the older format."""
    token = _tokens(node)[0]
    place = "".join(token.split())
    spot = Spot(token.line, f"bricks[{place}]")
    position = _position(token, spot)
    entries = _entries(_nodes(node), f"{spot.key}.", ("input", "output", "number_of_neurons"))
    if "input" in entries and "output" in entries:
        raise entries["output"][1].error("cannot be an input as well")
    kind = next((HexagonType(name) for name in ("input", "output") if name in entries), HexagonType.INTERNAL)
    size = DEFAULT_NEURONS if kind is HexagonType.INTERNAL else None
    if "number_of_neurons" in entries:
        text, where = entries["number_of_neurons"]
        if not WHOLE.fullmatch(text) or not 1 <= int(text) <= LARGEST_SIZE[kind]:
            raise where.error(f"expected a whole number from 1 to {LARGEST_SIZE[kind]}")
        size = int(text)
    name = None if kind is HexagonType.INTERNAL else _name(*entries[kind])
    return Hexagon(position, kind, size, name, InputValues.REAL if kind is HexagonType.INPUT else None), spot


def _name(text: str, spot: Spot) -> str:
    try:
        return check_name(text)
    except ValueError as error:
        raise spot.error(str(error)) from error


def _hexagons(sections: dict[str, Node]) -> Hexagons:
    """Read the hexagons of the newer format, and what is said about them under inputs and outputs."""
    ports: dict[Position, tuple[Hexagon, Spot]] = {}
    for kind in (HexagonType.INPUT, HexagonType.OUTPUT):
        for hexagon, spot in _ports(sections.get(f"{kind}s"), kind):
            if hexagon.position in ports:
                raise spot.error(f"position {hexagon.position} is taken by {ports[hexagon.position][1].key}")
            ports[hexagon.position] = hexagon, spot
    hexagons: Hexagons = []
    places = set()
    for token in _tokens(sections["hexagons"])[1:]:
        spot = Spot(token.line, f"hexagons[{''.join(token.split())}]")
        position = _position(token, spot)
        places.add(position)
        hexagon = Hexagon(position, HexagonType.INTERNAL, DEFAULT_NEURONS)
        hexagons.append((ports[position][0] if position in ports else hexagon, spot))
    for position, (_, spot) in ports.items():
        if position not in places:
            raise spot.error(f"no hexagon stands at {position}")
    return hexagons


def _ports(section: Node | None, kind: HexagonType) -> Hexagons:
    ports: Hexagons = []
    seen = set()
    for node in _nodes(section):
        name, place, *marks = _tokens(node)
        spot = Spot(name.line, f"{kind}s.{name}")
        if name in seen:
            raise spot.error("given twice")
        seen.add(name)
        values: InputValues | OutputValues | None = InputValues.REAL if kind is HexagonType.INPUT else None
        for mark in marks:
            values = MARKS[kind].get(mark.strip("() \t"))
            if values is None:
                raise spot.error(f"expected one of the marks {', '.join(f'({known})' for known in MARKS[kind])}")
        ports.append((Hexagon(_position(place, spot), kind, None, _name(name, spot), values), spot))
    return ports


def _axons(sections: dict[str, Node]) -> Axons:
    axons: Axons = []
    for node in _nodes(sections.get("axons")):
        source, target = _tokens(node)
        spot = Spot(source.line, f"axons[{len(axons)}]")
        axons.append(((_position(source, spot), _position(target, spot)), spot))
    return axons
