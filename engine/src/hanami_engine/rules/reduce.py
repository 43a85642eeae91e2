"""Reduction: levels that stay unused are removed, together with their sections."""

from __future__ import annotations

from hanami_engine.jit import rule
from hanami_engine.records import INPUT, INTERNAL, LANES, MATCH, Hexagon, Net
from hanami_engine.rules.arena import free_levels
from hanami_engine.view import hexagon_at, level_at, source_at

WINDOW = 2000  # samples between two looks at a source
ALL = 65535  # rate of a level that is active in every sample


@rule
def extent(hexagon: Hexagon) -> int:
    """Count the sources that a hexagon may have by now."""
    if hexagon.kind == INPUT:
        return int(2 * hexagon.width)
    return int(hexagon.open * LANES) if hexagon.kind == INTERNAL and hexagon.sums > 0 else 0


@rule
def renew(net: Net, level: int) -> bool:
    """Bring the rate of a level up to date; tell whether the level is used too little."""
    record = level_at(net, level)
    recent = min(int(record.used), WINDOW) * ALL // WINDOW
    record.rate = int(record.rate) + (recent - int(record.rate)) * 3 // 10
    record.used = 0
    return bool(record.rate < net.threshold)


@rule
def cut(net: Net, source: int, before: int, following: int) -> None:
    """Let the list of levels go on with another one."""
    if before > 0:
        level_at(net, before).next = following
    else:
        source_at(net, source).level = following
        if following == 0:
            source_at(net, source).wish = 0


@rule
def weigh(net: Net, hexagon: Hexagon, source: int) -> None:
    """Free the levels of a source that are hardly ever active.

    A value that reaches a level has passed all below it, so that the levels of a source are freed from the top down;
    those of a matching input stand each for itself.
    """
    level, before = source_at(net, source).level, 0
    while level > 0:
        following = level_at(net, level).next
        if renew(net, level):
            if hexagon.kind == INPUT and hexagon.code == MATCH:
                level_at(net, level).next = 0
                cut(net, source, before, following)
                free_levels(net, level)
            else:
                cut(net, source, before, 0)
                free_levels(net, level)
                return
        else:
            before = level
        level = following


@rule
def reduce(net: Net) -> None:
    """Look at as many sources as are due, so that each is looked at every 2,000 samples and no sample pays for all."""
    if not (net.reduction or net.full):
        return
    for index in range(net.hexagon_count):
        net.due += extent(hexagon_at(net, index))
    while net.due >= WINDOW:
        net.due -= WINDOW
        while net.turn < net.hexagon_count and net.cursor >= extent(hexagon_at(net, net.turn)):
            net.turn, net.cursor = net.turn + 1, 0
        if net.turn == net.hexagon_count:
            net.turn, net.cursor, net.full = 0, 0, 0
        else:
            hexagon = hexagon_at(net, net.turn)
            weigh(net, hexagon, hexagon.start + net.cursor)
            net.cursor += 1
