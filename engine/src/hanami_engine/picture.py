"""Draws a template as SVG: its hexagons layer by layer, and what each of them can reach."""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape

from hanami_engine.lattice import HexagonType, Position
from hanami_engine.layout import Hexagon
from hanami_engine.paths import Paths, Target

RADIUS = 68.0  # of a cell of the honeycomb
DRAWN = 0.74 * RADIUS  # what is left between the hexagons is for arrows
COLUMN, ROW = RADIUS * math.sqrt(3), RADIUS * 1.5
SHIFT = COLUMN * 0.3  # between layers below each other: hexagons hide less of what leads past them
MARGIN, GAP, TITLE, LINE = 18.0, 26.0, 24.0, 24.0
BOWS = {(True, False): 0.0, (True, True): 0.55, (False, False): 0.1, (False, True): 0.2}
"""How far an arrow bends, in parts of its length: whether it stays in its layer, whether others may lie between."""
MOST_ARROWS = 4096
MOST_NAMED = 24  # targets in the tool tip of a hexagon
LONGEST_LABEL = 11
SHAPE = 1.6  # of a good picture: width by height
COLOURS = {
    HexagonType.INPUT: ("#dff0e1", "#35784a"),
    HexagonType.INTERNAL: ("#fde0ea", "#b23c69"),
    HexagonType.OUTPUT: ("#ffefc9", "#94650c"),
}
STEP, AXON = "#544d61", "#1f62ad"
STYLE = (
    "text{font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;text-anchor:middle;fill:#2b2733}"
    "text.name{font-size:12px;font-weight:600}text.small{font-size:10.5px}"
    "text.side{font-size:12px;text-anchor:start;fill:#5f586a}"
)


class Point(NamedTuple):
    """A point of the picture."""

    x: float
    y: float


class Arrow(NamedTuple):
    """What is drawn from one hexagon to another it can reach."""

    source: Position
    target: Position
    strength: float
    passes: bool  # others may lie between
    axon: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Where hexagons are drawn; a gap between columns or rows takes one cell, however many are empty."""

    columns: Mapping[int, int]
    rows: Mapping[int, int]
    layers: Mapping[int, Point]

    def centre(self, place: Position) -> Point:
        """Give the centre of a hexagon."""
        corner, shift = self.layers[place.z], 0.5 if place.y % 2 else 0.0
        return Point(corner.x + (self.columns[place.x] + shift) * COLUMN, corner.y + self.rows[place.y] * ROW)

    def curve(self, arrow: Arrow) -> tuple[Point, Point, Point]:
        """Give start, bend and end of an arrow: straight to a touching hexagon, round those in between else."""
        start, end = self.centre(arrow.source), self.centre(arrow.target)
        bow = BOWS[arrow.source.z == arrow.target.z, arrow.passes]
        across, down = end.x - start.x, end.y - start.y
        bend = Point((start.x + end.x) / 2 + bow * down, (start.y + end.y) / 2 - bow * across)
        return _edge(start, bend, 1), bend, _edge(end, bend, 7)


def draw(hexagons: Sequence[Hexagon], axons: Iterable[tuple[Position, Position]], paths: Paths) -> str:
    """Give the picture as SVG text; the same template gives the same text."""
    places = [hexagon.position for hexagon in hexagons]
    arrows = _arrows(paths, set(axons))
    floors = sorted({place.z for place in places})
    columns, rows = _ranks(place.x for place in places), _ranks(place.y for place in places)
    low, high = _extent(Grid(columns, rows, dict.fromkeys(floors, Point(0, 0))), places, arrows)
    width, height = high.x - low.x + 2 * MARGIN, high.y - low.y + 2 * MARGIN + TITLE
    corners = _corners(len(floors), width, height)
    origin = Point(MARGIN - low.x, MARGIN + TITLE - low.y)
    layers = {z: Point(corner.x + origin.x, corner.y + origin.y) for z, corner in zip(floors, corners, strict=True)}
    grid = Grid(columns, rows, layers)
    right, bottom = max(corner.x for corner in corners) + width, max(corner.y for corner in corners) + height
    right = max(right, 380.0)
    legend, bottom = _legend(arrows, right, bottom + GAP)
    parts = [
        *(_sheet(corner, width, height, z) for z, corner in zip(floors, corners, strict=True)),
        *(_line(grid.curve(arrow), arrow.strength, axon=arrow.axon) for arrow in arrows),
        *(
            _hexagon(hexagon, grid.centre(hexagon.position), paths.reach.get(hexagon.position, ()))
            for hexagon in hexagons
        ),
        *legend,
    ]
    return _page(parts, right + GAP, bottom + GAP)


def _arrows(paths: Paths, axons: set[tuple[Position, Position]]) -> list[Arrow]:
    """Give an arrow, weak ones first, for all that can be reached, or for what is near where that is too much."""
    counts: dict[int, int] = {}
    for target in itertools.chain(*paths.reach.values()):
        counts[target.distance] = counts.get(target.distance, 0) + 1
    total, farthest = 0, 1
    for distance in sorted(counts):
        total += counts[distance]
        if total <= MOST_ARROWS:
            farthest = distance
    arrows = [
        Arrow(source, target.position, target.probability / targets[0].probability, *_route(source, target, axons))
        for source, targets in paths.reach.items()
        for target in targets
        if target.distance <= farthest
    ]
    return sorted(arrows, key=lambda arrow: arrow.strength)


def _route(source: Position, target: Target, axons: set[tuple[Position, Position]]) -> tuple[bool, bool]:
    axon = (source, target.position) in axons
    return axon or target.distance > 1, axon


def _ranks(values: Iterable[int]) -> dict[int, int]:
    ordered = sorted(set(values))
    steps = (min(after - before, 2) for before, after in itertools.pairwise(ordered))
    return dict(zip(ordered, itertools.accumulate(steps, initial=0), strict=True))


def _extent(grid: Grid, places: Iterable[Position], arrows: Iterable[Arrow]) -> tuple[Point, Point]:
    """Give the corners of what a layer holds: its hexagons, and the bows of its arrows."""
    points = [
        Point(centre.x + side * DRAWN, centre.y + side * DRAWN)
        for centre in map(grid.centre, places)
        for side in (-1, 1)
    ]
    for arrow in arrows:
        if arrow.source.z == arrow.target.z:
            start, bend, end = grid.curve(arrow)
            points.append(Point((start.x + 2 * bend.x + end.x) / 4, (start.y + 2 * bend.y + end.y) / 4))
    across, down = zip(*points, strict=True)
    return Point(min(across), min(down)), Point(max(across), max(down))


def _corners(number: int, width: float, height: float) -> list[Point]:
    """Give the corners of the layers, side by side or one below the other, whichever makes the better shape."""
    beside, below = number * width / height, width / (number * height)
    if abs(math.log(beside / SHAPE)) <= abs(math.log(below / SHAPE)):
        return [Point(GAP + index * (width + GAP), GAP) for index in range(number)]
    return [Point(GAP + index * SHIFT, GAP + index * (height + GAP)) for index in range(number)]


def _edge(centre: Point, towards: Point, clearance: float) -> Point:
    """Give the point `clearance` outside the outline of a hexagon in some direction."""
    angle = math.atan2(towards.y - centre.y, towards.x - centre.x)
    from_flat = (angle + math.pi / 6) % (math.pi / 3) - math.pi / 6
    reach = DRAWN * math.sqrt(0.75) / math.cos(from_flat) + clearance
    return Point(centre.x + reach * math.cos(angle), centre.y + reach * math.sin(angle))


def _sheet(corner: Point, width: float, height: float, layer: int) -> str:
    x, y = _number(corner.x), _number(corner.y)
    return (
        f'<rect x="{x}" y="{y}" width="{_number(width)}" height="{_number(height)}" rx="12" fill="#f7f5f9"/>'
        + _text(Point(corner.x + 14, corner.y + 22), f"layer {layer}", "side")
    )


def _line(curve: tuple[Point, Point, Point], strength: float, *, axon: bool) -> str:
    start, bend, end = (f"{_number(point.x)} {_number(point.y)}" for point in curve)
    colour, dashes, tip = (AXON, ' stroke-dasharray="6 4"', "axon") if axon else (STEP, "", "step")
    return (
        f'<path d="M{start}Q{bend} {end}" fill="none" stroke="{colour}" stroke-width="{_number(1 + strength)}"'
        f' opacity="{_number(0.2 + 0.7 * strength)}"{dashes} marker-end="url(#{tip})"/>'
    )


def _hexagon(hexagon: Hexagon, centre: Point, targets: Sequence[Target]) -> str:
    size = "open" if hexagon.size is None else str(hexagon.size)
    about = f"≤ {size}" if hexagon.type is HexagonType.INTERNAL else f"{size} · {hexagon.values or 'open'}"
    named = ", ".join(f"{target.position} ({target.probability:.0%})" for target in targets[:MOST_NAMED])
    more = f" and {len(targets) - MOST_NAMED} more" if len(targets) > MOST_NAMED else ""
    tip = f"{hexagon.type} {hexagon.label}, {about}" + (f", reaches {named}{more}" if named else "")
    return (
        f"<g><title>{escape(tip)}</title>{_outline(centre, DRAWN, hexagon.type)}"
        + _text(Point(centre.x, centre.y - 12), _clip(hexagon.name or hexagon.type), "name")
        + _text(Point(centre.x, centre.y + 6), str(hexagon.position), "small")
        + _text(Point(centre.x, centre.y + 23), about, "small")
        + "</g>"
    )


def _outline(centre: Point, radius: float, kind: HexagonType) -> str:
    fill, border = COLOURS[kind]
    corners = (math.radians(60 * index + 30) for index in range(6))
    points = " ".join(
        f"{_number(centre.x + radius * math.cos(angle))},{_number(centre.y + radius * math.sin(angle))}"
        for angle in corners
    )
    return f'<polygon points="{points}" fill="{fill}" stroke="{border}" stroke-width="1.6" stroke-linejoin="round"/>'


def _legend(arrows: Iterable[Arrow], right: float, top: float) -> tuple[list[str], float]:
    """Explain colours and arrows, in as many lines as they need; also give the lower end."""
    items: list[tuple[str, HexagonType | bool]] = [(str(kind), kind) for kind in HexagonType]
    items.append(("can reach (darker: likelier)", False))
    if any(arrow.axon for arrow in arrows):
        items.append(("axon", True))
    parts, x, y = [], GAP, top
    for words, sign in items:
        wide = 40 + 7 * len(words) + GAP / 2
        if x > GAP and x + wide > right:
            x, y = GAP, y + LINE
        if isinstance(sign, HexagonType):
            parts.append(_outline(Point(x + 14, y), 10, sign))
        else:
            parts.append(_line((Point(x, y), Point(x + 12, y), Point(x + 22, y)), 1, axon=sign))
        parts.append(_text(Point(x + 34, y + 4), words, "side"))
        x += wide
    return parts, y


def _text(place: Point, words: str, kind: str) -> str:
    shrunk = f' style="font-size:{_number(165 / len(words))}px"' if kind == "small" and len(words) > 15 else ""
    return f'<text class="{kind}" x="{_number(place.x)}" y="{_number(place.y)}"{shrunk}>{escape(words)}</text>'


def _clip(words: str) -> str:
    """Shorten what is wider than a hexagon; East Asian characters take the room of two."""
    ends = list(itertools.accumulate(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words))
    if ends[-1] <= LONGEST_LABEL:
        return words
    return words[: sum(end < LONGEST_LABEL for end in ends)] + "…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _page(parts: Iterable[str], width: float, height: float) -> str:
    tips = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
        f' markerUnits="userSpaceOnUse"><path d="M0 0.8 8 4 0 7.2z" fill="{colour}"/></marker>'
        for name, colour in (("step", STEP), ("axon", AXON))
    )
    across, down = math.ceil(width), math.ceil(height)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {across} {down}"',
            'role="img" aria-label="Hexagons of a template and what they can reach">',
            f"<style>{STYLE}</style><defs>{tips}</defs>",
            f'<rect width="{across}" height="{down}" rx="16" fill="#fff"/>',
            *parts,
            "</svg>\n",
        )
    )
