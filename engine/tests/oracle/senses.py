"""From raw values to active sources, and from these to the levels that they reach and the sections that they drive."""

import numpy as np
from hanami_engine.records import LANES
from hanami_engine.rules.grow import MATURE
from hanami_engine.rules.perceive import FAINTEST, LOUDEST

from .growth import follow, remember, surprise
from .parts import ONE, Touch

FULL = 32767  # force of a value at the upper border of a level, or beyond
MOST_USES = 65535


def perceive(hexagon, row):
    """List the active sources of an input hexagon, with their values.

    A positive value drives one source of its input, a negative one the other.  Nothing is driven by zero, by NaN, which
    means that there is no reading, and by what is too faint.
    """
    active = []
    for column in np.flatnonzero(row):
        value = np.float32(row[column])
        if hexagon.values == "binary":
            if value > 0:
                active.append((hexagon.source(2 * int(column)), ONE))
        elif abs(value) > FAINTEST:
            active.append((hexagon.source(2 * int(column) + int(value < 0)), min(abs(value), LOUDEST)))
    return active


def list_firing(hexagon, moment):
    """List the firing neurons of an internal hexagon as sources, with their potentials in units of 1/2048."""
    active = []
    for block in hexagon.blocks:
        for lane, potential in enumerate(moment.potentials[block.number]):
            if potential > 0:
                active.append((hexagon.source(block.index * LANES + lane), np.float32(potential)))
    return active


def touch(net, moment, hexagon, active, learning):
    """Let active sources drive their sections; while learning, let their levels follow the values first."""
    touches = moment.touches[hexagon.position] = []
    counting = learning and (net.reduction or net.full)
    for source, value in active:
        if hexagon.values == "match":
            touches += match(net, moment, hexagon, source, value, len(active), learning)
            continue
        if hexagon.kind == "input":
            moment.novelty += surprise(source, value)
        if learning:
            follow(net, hexagon, source, value, len(active))
            if source.levels:
                source.hits = min(source.hits + 1, MATURE)
            elif source.hits > 0:
                touches.append(Touch(source, None, value, 0))
        touches += climb(source, value, counting)
    for each in touches:
        if each.level:
            for section in each.level.sections:
                moment.drive(section, each.force)
            each.sections = len(each.level.sections)


def climb(source, value, counting):
    """Give all levels that a value reaches: it drives those below it fully, the one that it lies in by its part."""
    touches = []
    for level in source.levels:
        if value <= level.low:
            break
        if counting:
            level.used = min(level.used + 1, MOST_USES)
        force = min(np.float32(FULL), (value - level.low) * level.inverse)
        touches.append(Touch(source, level, value, int(force)))
    return touches


def match(net, moment, hexagon, source, value, active, learning):
    """Give the level of a matching input that was made for this very value, and no other."""
    level = next((level for level in source.levels if level.low == value), None)
    if level is None:
        moment.novelty += ONE
        if learning:
            level = remember(net, hexagon, source, value, active)
    if level is None:
        return []
    if learning:
        level.used = min(level.used + 1, MOST_USES)
        source.hits = min(source.hits + 1, MATURE)
    return [Touch(source, level, value, FULL)]
