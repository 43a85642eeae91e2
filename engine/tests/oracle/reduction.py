"""Removal of levels that stay unused, together with their sections."""

from hanami_engine.records import LANES
from hanami_engine.rules.reduce import ALL, WINDOW

from .growth import free_levels


def reduce(net):
    """Look at as many sources as are due, hexagon by hexagon, so that each is looked at once in `WINDOW` samples.

    It goes on by request of the template, or because growth was refused; the latter ends with the next full round.
    """
    if not (net.reduction or net.full):
        return
    net.due += sum(places(hexagon) for hexagon in net.hexagons)
    while net.due >= WINDOW:
        net.due -= WINDOW
        while net.turn < len(net.hexagons) and net.cursor >= places(net.hexagons[net.turn]):
            net.turn, net.cursor = net.turn + 1, 0
        if net.turn == len(net.hexagons):
            net.turn, net.cursor, net.full = 0, 0, False
        else:
            hexagon = net.hexagons[net.turn]
            if net.cursor in hexagon.sources:
                weigh(net, hexagon, hexagon.sources[net.cursor])
            net.cursor += 1


def places(hexagon):
    """Count the sources that a hexagon may have by now."""
    if hexagon.kind == "input":
        return 2 * hexagon.width
    return len(hexagon.blocks) * LANES if hexagon.kind == "internal" and hexagon.reach else 0


def weigh(net, hexagon, source):
    """Free the levels of a source that are hardly ever active.

    A value that reaches a level has passed all below it: so the first one to go takes those above it along.  Levels of
    a matching input stand each for itself.
    """
    kept, freed = [], []
    for level in source.levels:
        if freed and hexagon.values != "match":
            freed.append(level)
        else:
            (freed if renew(net, level) else kept).append(level)
    free_levels(net, freed)
    if freed and not kept:
        source.wish = 0
    source.levels = kept


def renew(net, level):
    """Bring the rate of a level up to date; tell whether it is used too little."""
    recent = min(level.used, WINDOW) * ALL // WINDOW
    level.rate += (recent - level.rate) * 3 // 10
    level.used = 0
    return level.rate < net.threshold
