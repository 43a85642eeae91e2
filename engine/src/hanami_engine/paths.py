"""Which hexagon may grow towards which: the ways from inputs to outputs through the lattice.

Let ``d_in`` be the steps from the nearest input to a hexagon, and ``d_out`` those from it to the nearest output.  A
step leads to a touching hexagon where ``d_in - d_out`` is larger, never into an input and never out of an output; so no
way through the lattice returns.  An axon leads where it says.

Axons must not turn the lattice around them, so ``d_in`` and ``d_out`` are counted in two ways.  First, an axon counts
as more steps than there are hexagons: it matters only where the lattice alone leads to no input or no output.
Hexagons between which this decides nothing are compared again, with an axon as one step.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from hanami_engine.lattice import HexagonType, Position, neighbours

Links = dict[Position, list[Position]]


class Target(NamedTuple):
    """A hexagon that another one can reach: in how many steps, and how likely a section that it grows leads there."""

    position: Position
    distance: int
    probability: float


class PathError(ValueError):
    """A layout that cannot be used.

    Attributes
    ----------
    position : Position
        Of the hexagon at fault.
    axon : int or None
        Index of the axon at fault, if one is.
    """

    def __init__(self, message: str, position: Position, axon: int | None = None) -> None:
        self.position, self.axon = position, axon
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Paths:
    """The ways from inputs to outputs.

    Attributes
    ----------
    order : tuple of Position
        Every hexagon, sources before targets.
    reach : mapping of Position to tuple of Target
        What every input and internal hexagon can reach, by distance and position.
    """

    order: tuple[Position, ...]
    reach: Mapping[Position, tuple[Target, ...]]


def find_paths(
    kinds: Mapping[Position, HexagonType],
    axons: Sequence[tuple[Position, Position]],
    max_connection_distance: int,
) -> Paths:
    """Find the ways from inputs to outputs.

    A hexagon reaches those that lie at most `max_connection_distance` steps down its ways; each step farther halves
    the probability.

    Parameters
    ----------
    kinds : mapping of Position to HexagonType
        All hexagons.
    axons : sequence of (Position, Position)
        Steps beyond the lattice, from and to.
    max_connection_distance : int
        At least 1.

    Raises
    ------
    PathError
        An axon that cannot be, a hexagon that lies on no way from an input to an output, or a cycle.
    """
    _check_axons(kinds, axons)
    touching = {place: sorted(neighbours(place) & kinds.keys()) for place in kinds}
    _check_alone(touching, axons)
    steps = _orient(kinds, touching, axons)
    order = _sort(steps, axons)
    reach = {
        place: _reach(place, steps, max_connection_distance)
        for place in order
        if kinds[place] is not HexagonType.OUTPUT
    }
    return Paths(order, reach)


def _check_axons(kinds: Mapping[Position, HexagonType], axons: Sequence[tuple[Position, Position]]) -> None:
    seen: set[tuple[Position, Position]] = set()
    for index, (source, target) in enumerate(axons):
        for end in (source, target):
            if end not in kinds:
                raise PathError(f"no hexagon stands at {end}", end, index)
        if source == target:
            raise PathError(f"an axon cannot lead from {source} to itself", source, index)
        if kinds[source] is HexagonType.OUTPUT:
            raise PathError(f"an axon cannot lead out of the output hexagon {source}", source, index)
        if kinds[target] is HexagonType.INPUT:
            raise PathError(f"an axon cannot lead into the input hexagon {target}", target, index)
        if (source, target) in seen:
            raise PathError(f"the axon from {source} to {target} is given twice", source, index)
        seen.add((source, target))


def _check_alone(touching: Links, axons: Sequence[tuple[Position, Position]]) -> None:
    joined = {end for axon in axons for end in axon}
    for place, others in touching.items():
        if not others and place not in joined:
            raise PathError(f"the hexagon {place} touches no other one and has no axon", place)


def _orient(
    kinds: Mapping[Position, HexagonType], touching: Links, axons: Sequence[tuple[Position, Position]]
) -> Links:
    """Give the steps that lead out of every hexagon, and refuse hexagons that are on no way."""
    height = _heights(kinds, touching, axons)
    steps: Links = {
        place: [other for other in others if kinds[other] is not HexagonType.INPUT and height[other] > height[place]]
        if kinds[place] is not HexagonType.OUTPUT
        else []
        for place, others in touching.items()
    }
    for source, target in axons:
        if target not in steps[source]:
            steps[source].append(target)
    fed = _distances(_of(HexagonType.INPUT, kinds), steps)
    useful = _distances(_of(HexagonType.OUTPUT, kinds), _turned(steps))
    _check_ways(kinds, fed, useful)
    return steps


def _heights(
    kinds: Mapping[Position, HexagonType], touching: Links, axons: Sequence[tuple[Position, Position]]
) -> dict[Position, tuple[int, int]]:
    """Give ``d_in - d_out`` of every hexagon, counted in both ways."""
    inputs, outputs = _of(HexagonType.INPUT, kinds), _of(HexagonType.OUTPUT, kinds)
    ways: Links = {
        place: [other for other in others if kinds[other] is not HexagonType.INPUT]
        if kinds[place] is not HexagonType.OUTPUT
        else []
        for place, others in touching.items()
    }
    jumps: Links = {place: [] for place in kinds}
    for source, target in axons:
        jumps[source].append(target)
    counted = []
    for cost in (len(kinds) + 1, 1):
        fed = _distances(inputs, ways, jumps, cost)
        useful = _distances(outputs, _turned(ways), _turned(jumps), cost)
        _check_ways(kinds, fed, useful)
        counted.append({place: fed[place] - useful[place] for place in kinds})
    return {place: (counted[0][place], counted[1][place]) for place in kinds}


def _check_ways(
    kinds: Mapping[Position, HexagonType], fed: Mapping[Position, int], useful: Mapping[Position, int]
) -> None:
    for place in kinds:
        if place not in useful:
            raise PathError(f"the hexagon {place} is a dead end: no way leads from it to an output", place)
        if place not in fed:
            raise PathError(f"no input reaches the hexagon {place}", place)


def _of(wanted: HexagonType, kinds: Mapping[Position, HexagonType]) -> list[Position]:
    return [place for place, kind in kinds.items() if kind is wanted]


def _turned(links: Links) -> Links:
    turned: Links = {place: [] for place in links}
    for source, targets in links.items():
        for target in targets:
            turned[target].append(source)
    return turned


def _distances(
    starts: Iterable[Position], steps: Links, jumps: Mapping[Position, Sequence[Position]] | None = None, cost: int = 1
) -> dict[Position, int]:
    """Give the cheapest way from any start to every hexagon that has one: a step costs 1, a jump `cost`."""
    found: dict[Position, int] = {}
    waiting = [(0, place) for place in starts]
    heapq.heapify(waiting)
    while waiting:
        spent, place = heapq.heappop(waiting)
        if place in found:
            continue
        found[place] = spent
        for others, price in ((steps[place], 1), (jumps[place] if jumps else (), cost)):
            for other in others:
                if other not in found:
                    heapq.heappush(waiting, (spent + price, other))
    return found


def _sort(steps: Links, axons: Sequence[tuple[Position, Position]]) -> tuple[Position, ...]:
    """Order hexagons so that every step leads onwards; of those that may come next, the smallest position does."""
    missing = {place: len(sources) for place, sources in _turned(steps).items()}
    ready = [place for place, count in missing.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        place = heapq.heappop(ready)
        order.append(place)
        for target in steps[place]:
            missing[target] -= 1
            if not missing[target]:
                heapq.heappush(ready, target)
    if len(order) < len(steps):
        _refuse_cycle({place: count for place, count in missing.items() if count}, steps, axons)
    return tuple(order)


def _refuse_cycle(left: Mapping[Position, int], steps: Links, axons: Sequence[tuple[Position, Position]]) -> NoReturn:
    """Name a cycle among hexagons each of which has a source among them."""
    back, place = _turned(steps), min(left)
    walked: list[Position] = []
    while place not in walked:
        walked.append(place)
        place = min(source for source in back[place] if source in left)
    ring = walked[walked.index(place) :][::-1]
    pairs = set(itertools.pairwise([*ring, ring[0]]))
    guilty = next(index for index, axon in enumerate(axons) if axon in pairs)
    begin = ring.index(axons[guilty][0])
    cycle = [*ring[begin:], *ring[:begin], ring[begin]]
    raise PathError(f"axons make a cycle: {' -> '.join(map(str, cycle))}", cycle[0], guilty)


def _reach(start: Position, steps: Links, farthest: int) -> tuple[Target, ...]:
    """Give what `start` reaches in at most `farthest` steps."""
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        if found[place] == farthest:
            break
        for target in steps[place]:
            if target not in found:
                found[target] = found[place] + 1
                waiting.append(target)
    del found[start]
    whole = math.fsum(2.0 ** (1 - distance) for distance in found.values())
    ranked = sorted((distance, place) for place, distance in found.items())
    return tuple(Target(place, distance, 2.0 ** (1 - distance) / whole) for distance, place in ranked)
