"""Growth where the error asks for it: splits, further sections, further blocks, sources that were removed."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import INTERNAL, LANES, LEVEL_BYTES, OUTPUT, SECTION_BYTES, Hexagon, Net, Work
from hanami_engine.rules.arena import affords, bound, take_level, take_section
from hanami_engine.rules.grow import count_sections, join
from hanami_engine.rules.noise import STEP, scramble, signed, stream
from hanami_engine.rules.targets import choices
from hanami_engine.view import (
    bounds_of,
    hexagon_at,
    level_at,
    readout_at,
    section_at,
    source_at,
    target_at,
    touch_at,
    weights_at,
)

SPLIT_NEED = np.float32(12)  # error inside a level until it is split, times the levels that its source has
BLOCK_NEED = np.float32(8)  # error of a hexagon until it opens a block, times the blocks that it has
MOST_LEVELS = 64  # that splits may give a source
NARROWEST = np.float32(1e-3)  # level, in parts of its upper border
CHARGE_UNITS = np.float32(1024)  # of the error charged to a removed source, which has no level to note it
REGROW_NEED = 16 * 1024  # of these units, until it is born again
MOST_CHARGE = 65535
READOUT_RANGE = np.float32(0.1 * 2**20)
READOUTS = 3  # domain of random numbers


@rule
def draw_readout(net: Net, block: int, neurons: int, first: int, last: int) -> None:
    """Draw the first weights from a block to some outputs, uniform in ±0.1."""
    for k in range(first, last):
        bits = stream(net.seed, READOUTS, (k << 20) + block)
        row = readout_at(net, block * net.output_count + k)
        for lane in range(LANES):
            bits += STEP
            row[lane] = np.int32(READOUT_RANGE * signed(scramble(bits))) if lane < neurons else 0


@rule
def readout_bytes(net: Net, hexagon: Hexagon) -> int:
    """Bytes of the weights from one block of a hexagon to all outputs that read it."""
    outputs = 0
    for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
        outputs += hexagon_at(net, target_at(net, target).hexagon).drawn
    return int(outputs * LANES * 4)


@rule
def open_block(net: Net, hexagon: Hexagon) -> None:
    """Let an internal hexagon have one more block of neurons; nothing leads to it yet."""
    cost = readout_bytes(net, hexagon)
    if hexagon.open >= hexagon.most or not affords(net, cost):
        return
    block = hexagon.block + hexagon.open
    for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
        goal = hexagon_at(net, target_at(net, target).hexagon)
        draw_readout(net, block, hexagon.neurons - hexagon.open * LANES, goal.start, goal.start + goal.drawn)
    hexagon.open += 1
    hexagon.need = np.float32(0)
    net.bytes += cost


@rule
def prepare(net: Net, hexagon: Hexagon) -> None:
    """Draw the weights from the open blocks of an internal hexagon to outputs that are new."""
    for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
        goal = hexagon_at(net, target_at(net, target).hexagon)
        for block in range(hexagon.open):
            room, first = hexagon.neurons - block * LANES, goal.start + goal.drawn
            draw_readout(net, hexagon.block + block, room, first, goal.start + goal.width)
            net.bytes += max(goal.width - goal.drawn, 0) * LANES * 4


@rule
def settle(net: Net) -> None:
    """Draw weights to outputs that are new; open the first block of every internal hexagon.

    A call that brings several new classes announces them all at once, and then lets them in one by one: their weights
    are drawn, and paid for, with the first.
    """
    for index in range(net.hexagon_count):
        if hexagon_at(net, index).kind == INTERNAL:
            prepare(net, hexagon_at(net, index))
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        hexagon.drawn = max(hexagon.drawn, hexagon.width)
        if hexagon.kind == OUTPUT:
            hexagon.open = min(hexagon.most, (hexagon.width + LANES - 1) // LANES)
    for index in range(net.hexagon_count):
        if hexagon_at(net, index).kind == INTERNAL and hexagon_at(net, index).open == 0:
            open_block(net, hexagon_at(net, index))


@rule
def halve(net: Net, level: int, value: np.float32) -> None:
    """Split a level at a value: both parts together give exactly what it gave, and learn on their own from now on."""
    record = level_at(net, level)
    part = np.float32((value - record.low) / (record.high - record.low))
    upper = take_level(net, value, record.high)
    row = record.section
    while row > 0:
        copy = take_section(net, upper, section_at(net, row).block)
        weights, others = weights_at(net, row), weights_at(net, copy)
        for lane in range(LANES):
            lower = np.int16(np.rint(np.float32(weights[lane]) * part))
            others[lane] = weights[lane] - lower
            weights[lane] = lower
        row = section_at(net, row).next
    level_at(net, upper).next, level_at(net, upper).rate = record.next, record.rate
    record.next, record.tension = upper, np.float32(0)
    bound(net, level, record.low, value)


@rule
def count_levels(net: Net, source: int) -> int:
    """Count the levels of a source."""
    count, level = 0, source_at(net, source).level
    while level > 0:
        count += 1
        level = level_at(net, level).next
    return count


@rule
def split(net: Net, source: int, level: int, value: np.float32) -> None:
    """Split a level where its source has not enough of them for the error inside it."""
    record, count = level_at(net, level), count_levels(net, source)
    if record.tension < SPLIT_NEED * np.float32(count) or count >= MOST_LEVELS:
        return
    least = NARROWEST * record.high
    if value - record.low < least or record.high - value < least:
        return
    if affords(net, LEVEL_BYTES + count_sections(net, level) * SECTION_BYTES):
        halve(net, level, value)


@rule
def ask(net: Net, work: Work, index: int, error: np.float32) -> None:
    """Charge the error of a sample to what a hexagon drove, and grow what has been charged enough."""
    hexagon = hexagon_at(net, index)
    first, last = bounds_of(work)[index], bounds_of(work)[index + 1]
    wanted = min(net.fan_out, choices(net, hexagon))
    share = np.float32(4) * error / np.float32(max(last - first, 1))
    for t in range(first, last):
        touch = touch_at(work, t)
        source = source_at(net, touch.source)
        if touch.level == 0:
            charge = np.rint(CHARGE_UNITS * error / np.float32(last - first))
            source.wish = min(source.wish + int(charge), MOST_CHARGE)
            if source.wish >= REGROW_NEED:
                source.hits, source.wish = 0, 0
            continue
        if touch.sections < wanted and affords(net, SECTION_BYTES):
            join(net, hexagon, touch.source, touch.level, last - first)
        inside = np.float32(touch.force) * np.float32(1 / 32767)
        charge = share * inside * (np.float32(1) - inside)
        if charge > 0:
            level = level_at(net, touch.level)
            level.tension += charge
            if level.tension >= SPLIT_NEED:
                split(net, touch.source, touch.level, touch.value)


@rule
def need(net: Net, work: Work, error: np.float32) -> None:
    """Let all hexagons grow what the error of a sample asks for."""
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        if hexagon.kind != OUTPUT:
            ask(net, work, index, error)
        if hexagon.kind == INTERNAL:
            hexagon.need += error
            if hexagon.need >= BLOCK_NEED * np.float32(hexagon.open):
                open_block(net, hexagon)
