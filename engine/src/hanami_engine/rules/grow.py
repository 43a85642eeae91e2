"""Birth of sections, borders that follow the values, and levels above them."""

from __future__ import annotations

import math

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import INPUT, INTERNAL, LANES, LEVEL_BYTES, SECTION_BYTES, Hexagon, Net
from hanami_engine.rules.arena import affords, bound, free_levels, take_level, take_section
from hanami_engine.rules.noise import STEP, scramble, signed, stream
from hanami_engine.rules.targets import choices, choose_block
from hanami_engine.view import hexagon_at, level_at, owners_of, section_at, source_at, weights_at

STRETCH = np.float32(1.05)  # a border moves up by at most this factor per sample
DOUBTFUL = 16  # activations until a source trusts its first value
MATURE = 512  # activations after which a border is not stretched any more by what lies far beyond it
BROKEN = np.float32(256)  # a first value this many times larger than a later one was broken
BEYOND = 8  # values far beyond the border until a level is added for them
ASCENT = np.float32(3)  # that level covers at most twice what was covered so far
NEURON_RANGE = np.float32(4 * 2048)  # of potentials that drive sections; higher ones count as this
INPUT_WEIGHTS = np.float32(0.6 * 4096)  # range of first weights, divided by the root of the number of active sources
NEURON_WEIGHTS = np.float32(1.2 * 4096)  # the same for neurons, which seldom come near the end of their range
WEIGHTS = 2  # domain of random numbers
SQRT_HALF, TWO_BY_LN2 = 0.7071067811865476, 2.8853900817779268


@rule
def draw_weights(net: Net, row: int, source: int, range_: np.float32, active: int) -> None:
    """Draw the first weights of a section, uniform in ± range / √(number of active sources)."""
    largest = range_ / np.float32(math.sqrt(np.float32(active)))
    bits = stream(net.seed, WEIGHTS, (source << 16) + section_at(net, row).block)
    weights = weights_at(net, row)
    for lane in range(LANES):
        bits += STEP
        weights[lane] = np.int16(largest * signed(scramble(bits)))


@rule
def join(net: Net, hexagon: Hexagon, source: int, level: int, active: int) -> None:
    """Give a level one more section, to a block drawn by distance."""
    row = take_section(net, level, choose_block(net, hexagon, source, level))
    if hexagon_at(net, owners_of(net)[section_at(net, row).block]).kind == INTERNAL:
        draw_weights(net, row, source, INPUT_WEIGHTS if hexagon.kind == INPUT else NEURON_WEIGHTS, active)
    else:
        weights_at(net, row)[:] = 0


@rule
def bear(net: Net, hexagon: Hexagon, source: int, value: np.float32, active: int) -> None:
    """Give a source its first level, up to this value, and sections; without room nothing happens."""
    count = min(net.fan_out, choices(net, hexagon))
    if count > 0 and affords(net, LEVEL_BYTES + count * SECTION_BYTES):
        level = take_level(net, np.float32(0), value)
        source_at(net, source).level, source_at(net, source).hits, source_at(net, source).wish = level, 0, 0
        for _ in range(count):
            join(net, hexagon, source, level, active)


@rule
def copy_sections(net: Net, level: int, other: int) -> None:
    """Give a level sections to the blocks that another one has sections to, with weights of zero."""
    row = level_at(net, other).section
    while row > 0:
        weights_at(net, take_section(net, level, section_at(net, row).block))[:] = 0
        row = section_at(net, row).next


@rule
def count_sections(net: Net, level: int) -> int:
    """Count the sections of a level."""
    count, row = 0, level_at(net, level).section
    while row > 0:
        count += 1
        row = section_at(net, row).next
    return count


@rule
def ascend(net: Net, top: int, value: np.float32) -> None:
    """Add a level above the top one; what the network answers stays the same until it learns."""
    if affords(net, LEVEL_BYTES + count_sections(net, top) * SECTION_BYTES):
        border = level_at(net, top).high
        level = take_level(net, border, min(value, np.float32(border * ASCENT)))
        copy_sections(net, level, top)
        level_at(net, top).next = level


@rule
def top_of(net: Net, level: int) -> int:
    """Find the last level of a chain."""
    while level_at(net, level).next > 0:
        level = level_at(net, level).next
    return level


@rule
def follow(net: Net, hexagon: Hexagon, source: int, value: np.float32, active: int) -> None:
    """Let the levels of a source follow a value: born, born anew, stretched, or one more.

    The range of a neuron is known from its birth.  A source without levels that was active before has lost them to
    reduction; `need` decides when it is born again.
    """
    record = source_at(net, source)
    if record.level == 0:
        if record.hits == 0:
            bear(net, hexagon, source, value if hexagon.kind == INPUT else NEURON_RANGE, active)
    elif hexagon.kind == INTERNAL:
        return
    elif record.hits < DOUBTFUL and level_at(net, top_of(net, record.level)).high > BROKEN * value:
        free_levels(net, record.level)
        record.level, record.hits = 0, 0
        bear(net, hexagon, source, value, active)
    else:
        level = record.level
        if value > level_at(net, level).high:
            level = top_of(net, level)
            border = level_at(net, level).high
            if value > border:
                limit = np.float32(border * STRETCH)
                if value <= limit or record.hits < MATURE:
                    bound(net, level, level_at(net, level).low, min(value, limit))
                else:
                    record.wish += 1
                    if record.wish >= BEYOND:
                        record.wish = 0
                        ascend(net, level, value)


@rule
def doublings(ratio: np.float64) -> np.float32:
    """Logarithm to base 2 of a number from 1 on, from explicit float64 steps: the same bits on every machine.

    Range reduction by powers of two, and the series of the inverse hyperbolic tangent (Abramowitz and Stegun, 4.1.27);
    relative error before the last rounding below 1e-10.
    """
    mantissa, exponent = math.frexp(ratio)
    if mantissa < SQRT_HALF:
        mantissa, exponent = mantissa * 2.0, exponent - 1
    z = (mantissa - 1.0) / (mantissa + 1.0)
    square = z * z
    series = 1.0 / 11.0
    for odd in (9.0, 7.0, 5.0, 3.0, 1.0):
        series = series * square + 1.0 / odd
    return np.float32(exponent + TWO_BY_LN2 * z * series)


@rule
def surprise(net: Net, source: int, value: np.float32) -> np.float32:
    """How new a value is to a source: 1 for a source never active, else the doublings beyond its range, else 0."""
    record = source_at(net, source)
    if record.level == 0:
        return np.float32(1 if record.hits == 0 else 0)
    border = level_at(net, top_of(net, record.level)).high
    if value <= border:
        return np.float32(0)
    return doublings(np.float64(value) / np.float64(border))  # a ratio that float32 may not hold
