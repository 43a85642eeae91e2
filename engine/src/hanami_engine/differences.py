"""Where two templates differ in what they say, however they are written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanami_engine.layout import Hexagon
    from hanami_engine.template import Template

MOST_NAMED = 3


def describe(expected: Template, found: Template) -> str | None:
    """Name the first differences, hexagons before axons before settings; None where there are none."""
    differences = list(_differences(expected, found))
    if not differences:
        return None
    more = len(differences) - MOST_NAMED
    return "; ".join(differences[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _differences(expected: Template, found: Template) -> Iterator[str]:
    wanted = {hexagon.position: hexagon for hexagon in expected.hexagons}
    given = {hexagon.position: hexagon for hexagon in found.hexagons}
    for position in wanted | given:
        yield from _between(wanted.get(position), given.get(position))
    if wanted.keys() == given.keys():
        for number, (one, other) in enumerate(zip(wanted, given, strict=True), start=1):
            if one != other:
                yield f"hexagons: expected {one} as number {number}, got {other}"
                break
    axons, others = set(expected.axons), set(found.axons)
    for source, target in sorted(axons ^ others):
        sides = ("one", "none") if (source, target) in axons else ("none", "one")
        yield f"axon from {source} to {target}: expected {sides[0]}, got {sides[1]}"
    for item in dataclasses.fields(expected.settings):
        one, other = getattr(expected.settings, item.name), getattr(found.settings, item.name)
        if one != other:
            yield f"settings.{item.name}: expected {_told(one)}, got {_told(other)}"


def _between(expected: Hexagon | None, found: Hexagon | None) -> Iterator[str]:
    if expected is None or found is None:
        there = expected or found
        assert there is not None  # noqa: S101  narrows the type: a position comes from one of the two
        sides = (there.type, "none") if expected else ("none", there.type)
        yield f"hexagon {there.position}: expected {sides[0]}, got {sides[1]}"
        return
    for name in ("type", "size", "name", "values"):
        one, other = getattr(expected, name), getattr(found, name)
        if one != other:
            yield f"hexagon {expected.position}: expected {name} {_told(one)}, got {_told(other)}"


def _told(value: object) -> str:
    """Write a value as a template does; one that is left to the data, or to a default, is open."""
    if isinstance(value, bool):
        return str(value).lower()
    return "open" if value is None else f"{value:.16g}" if isinstance(value, float) else str(value)
