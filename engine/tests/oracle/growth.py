"""Birth of levels and sections, borders that follow the values, and levels above them.

In all functions `net` is the `Oracle`: its settings, its counters, its hexagons.
"""

import functools
import math

import numpy as np
from hanami_engine.records import LANES, LEVEL_BYTES, SECTION_BYTES
from hanami_engine.rules.grow import (
    ASCENT,
    BEYOND,
    BROKEN,
    DOUBTFUL,
    INPUT_WEIGHTS,
    MATURE,
    NEURON_RANGE,
    NEURON_WEIGHTS,
    SQRT_HALF,
    STRETCH,
    TWO_BY_LN2,
    WEIGHTS,
)
from hanami_engine.rules.targets import DRAWS, PATIENCE

from .noise import stream, uniform
from .parts import ONE, ZERO, Level, Section


def affords(net, levels, sections, others=0):
    """Tell whether so much may be grown; a refusal sets reduction going."""
    if net.bytes + levels * LEVEL_BYTES + sections * SECTION_BYTES + others <= net.limit:
        return True
    net.full = True
    return False


def new_level(net, low, high):
    net.count(levels=1)
    return Level(low, high, min(2 * net.threshold, 65535))


def new_section(net, level, block):
    """Join a level to a block, by weights of zero."""
    net.count(sections=1)
    section = Section(block)
    level.sections.insert(0, section)
    return section


def free_levels(net, levels):
    for level in levels:
        net.count(levels=-1, sections=-len(level.sections))


def open_blocks(hexagon):
    """List the blocks that sections of a hexagon may reach by now, those of the nearest hexagon first."""
    return [block for reach in hexagon.reach for block in reach.hexagon.blocks]


def most_sections(net, hexagon):
    """Count the sections that a level should have."""
    return min(net.fan_out, len(open_blocks(hexagon)))


def choose_block(net, hexagon, source, level):
    """Draw a block that a level has no section to yet; where draws keep missing it, take the nearest one."""
    taken = [section.block for section in level.sections]
    bits = stream(net.seed, DRAWS, source.number)
    for _ in range(PATIENCE * net.fan_out):
        drawn = next(bits)
        which_hexagon, which_block = drawn >> 32, drawn & 0xFFFFFFFF
        reach = next((reach for reach in hexagon.reach if which_hexagon < reach.until), hexagon.reach[-1])
        blocks = reach.hexagon.blocks
        if blocks:
            block = blocks[(which_block * len(blocks)) >> 32]
            if block not in taken:
                return block
    return next(block for block in open_blocks(hexagon) if block not in taken)


def join(net, hexagon, source, level, active):
    """Give a level one more section; the more sources are active at once, the smaller are its first weights."""
    section = new_section(net, level, choose_block(net, hexagon, source, level))
    if section.block.owner.kind == "internal":
        range_ = INPUT_WEIGHTS if hexagon.kind == "input" else NEURON_WEIGHTS
        largest = range_ / np.sqrt(np.float32(active))
        bits = stream(net.seed, WEIGHTS, (source.number << 16) + section.block.number)
        section.weights[:] = np.trunc(largest * uniform(bits, LANES)).astype(np.int16)


def bear(net, hexagon, source, value, active):
    """Give a source its first level, up to a value; without room nothing happens."""
    count = most_sections(net, hexagon)
    if count > 0 and affords(net, 1, count):
        level = new_level(net, ZERO, value)
        source.levels, source.hits, source.wish = [level], 0, 0
        for _ in range(count):
            join(net, hexagon, source, level, active)


def remember(net, hexagon, source, value, active):
    """Give a matching input a level of its own for one more value; without room nothing happens."""
    count = most_sections(net, hexagon)
    if count == 0 or not affords(net, 1, count):
        return None
    level = new_level(net, value, value * np.float32(2))
    source.levels.insert(0, level)
    for _ in range(count):
        join(net, hexagon, source, level, active)
    return level


def follow(net, hexagon, source, value, active):
    """Let the levels of a source follow a value: born, born anew, stretched, or one more."""
    if not source.levels:
        # One that was active before lost its levels to reduction: `need` decides when it is born again.
        if source.hits == 0:
            bear(net, hexagon, source, value if hexagon.kind == "input" else NEURON_RANGE, active)
        return
    if hexagon.kind == "internal":
        return  # the range of a neuron is known from its birth
    top = source.levels[-1]
    if source.hits < DOUBTFUL and top.high > BROKEN * value:
        # So much smaller than what came first: that was broken.
        free_levels(net, source.levels)
        source.levels, source.hits = [], 0
        bear(net, hexagon, source, value, active)
    elif value > top.high:
        limit = top.high * STRETCH
        if value <= limit or source.hits < MATURE:
            top.high = min(value, limit)
        else:
            source.wish += 1
            if source.wish >= BEYOND:
                source.wish = 0
                ascend(net, source, value)


def ascend(net, source, value):
    """Add a level above the top one, to the same blocks; it gives nothing until it learns."""
    top = source.levels[-1]
    if affords(net, 1, len(top.sections)):
        level = new_level(net, top.high, min(value, top.high * ASCENT))
        for section in top.sections:
            new_section(net, level, section.block)
        source.levels.append(level)


def surprise(source, value):
    """How new a value is: 1 to a source that never was active, else the doublings beyond its range, else 0."""
    if not source.levels:
        return ONE if source.hits == 0 else ZERO
    border = source.levels[-1].high
    return doublings(float(value) / float(border)) if value > border else ZERO


def doublings(ratio):
    """Logarithm to base 2: the exponent, and the series of 2 artanh(z) / ln 2 for what is left around 1."""
    mantissa, exponent = math.frexp(ratio)
    if mantissa < SQRT_HALF:
        mantissa, exponent = 2 * mantissa, exponent - 1
    z = (mantissa - 1) / (mantissa + 1)
    series = functools.reduce(lambda value, odd: value * (z * z) + 1 / odd, (9, 7, 5, 3, 1), 1 / 11)
    return np.float32(exponent + TWO_BY_LN2 * z * series)
