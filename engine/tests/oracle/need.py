"""Growth where the error asks for it: splits, further sections, further blocks, sources that were removed."""

import numpy as np
from hanami_engine.records import LANES
from hanami_engine.rules.need import (
    BLOCK_NEED,
    CHARGE_UNITS,
    MOST_CHARGE,
    MOST_LEVELS,
    NARROWEST,
    READOUT_RANGE,
    READOUTS,
    REGROW_NEED,
    SPLIT_NEED,
)

from .growth import affords, join, most_sections, new_level, new_section
from .noise import stream, uniform
from .parts import ONE, ZERO, Block


def need(net, moment, error):
    """Let all hexagons grow what the error of a sample asks for."""
    for hexagon in net.hexagons:
        if hexagon.kind != "output":
            ask(net, hexagon, moment.touches.get(hexagon.position, []), error)
        if hexagon.kind == "internal":
            hexagon.need += error
            if hexagon.need >= BLOCK_NEED * np.float32(len(hexagon.blocks)):
                open_block(net, hexagon)


def ask(net, hexagon, touches, error):
    """Charge the error of a sample to what a hexagon drove, and grow what has been charged enough.

    The charge of a level is largest where the value lies in its middle: there a split would change most.
    """
    wanted = most_sections(net, hexagon)
    for touch in touches:
        if not touch.level:
            regrow(touch.source, CHARGE_UNITS * error / np.float32(len(touches)))
            continue
        if touch.sections < wanted and affords(net, 0, 1):
            join(net, hexagon, touch.source, touch.level, len(touches))
        inside = np.float32(touch.force) * np.float32(1 / 32767)
        share = np.float32(4) * error / np.float32(len(touches))
        touch.level.tension += share * inside * (ONE - inside)
        split(net, touch)


def regrow(source, charge):
    """Charge the error to a source that lost its levels; charged enough, it counts as never active."""
    source.wish = min(source.wish + int(np.rint(charge)), MOST_CHARGE)
    if source.wish >= REGROW_NEED:
        source.hits = source.wish = 0


def split(net, touch):
    """Split a level at a value, where its source has not enough levels for the error inside it."""
    source, level, value = touch.source, touch.level, touch.value
    count, least = len(source.levels), NARROWEST * level.high
    if level.tension < SPLIT_NEED * np.float32(count) or count >= MOST_LEVELS:
        return
    if value - level.low < least or level.high - value < least:
        return
    if affords(net, 1, len(level.sections)):
        halve(net, source, level, value)


def halve(net, source, level, value):
    """Share the weights of a level out to two: together they give what it gave, and from now on they learn apart."""
    part = (value - level.low) / (level.high - level.low)
    upper = new_level(net, value, level.high)
    upper.rate = level.rate
    for section in level.sections:
        copy = new_section(net, upper, section.block)
        lower = np.rint(section.weights.astype(np.float32) * part).astype(np.int16)
        copy.weights = section.weights - lower
        section.weights = lower
    level.high, level.tension = value, ZERO
    source.levels.insert(source.levels.index(level) + 1, upper)


def open_block(net, hexagon):
    """Let an internal hexagon have one more block of neurons; nothing leads to it yet."""
    outputs = [output for goal in hexagon.readers for output in goal.outputs]
    if len(hexagon.blocks) < hexagon.most_blocks and affords(net, 0, 0, readout_bytes(outputs)):
        block = Block(hexagon.first_block + len(hexagon.blocks), hexagon, len(hexagon.blocks))
        draw_readout(net, block, outputs)
        hexagon.blocks.append(block)
        hexagon.need = ZERO


def readout_bytes(outputs):
    return len(outputs) * LANES * 4


def draw_readout(net, block, outputs):
    """Draw the first weights from a block to some outputs; lanes beyond the last neuron have none."""
    neurons = max(min(block.owner.size - block.index * LANES, LANES), 0)
    for output in outputs:
        bits = stream(net.seed, READOUTS, (output.number << 20) + block.number)
        weights = np.trunc(READOUT_RANGE * uniform(bits, LANES)).astype(np.int32)
        weights[neurons:] = 0
        block.readout[output.number] = weights
    net.bytes += readout_bytes(outputs)


def settle(net):
    """Draw weights to outputs that are new; open the first block of every internal hexagon, and blocks of outputs."""
    for hexagon in net.hexagons:
        if hexagon.kind == "internal":
            for block in hexagon.blocks:
                draw_readout(net, block, [output for goal in hexagon.readers for output in goal.outputs[goal.drawn :]])
    for hexagon in net.hexagons:
        hexagon.drawn = max(hexagon.drawn, hexagon.width)
        if hexagon.kind == "output":
            count = min(hexagon.most_blocks, -(-hexagon.width // LANES))
            numbers = range(hexagon.first_block + len(hexagon.blocks), hexagon.first_block + count)
            hexagon.blocks += [Block(number, hexagon, number - hexagon.first_block) for number in numbers]
            del hexagon.blocks[count:]
    for hexagon in net.hexagons:
        if hexagon.kind == "internal" and not hexagon.blocks:
            open_block(net, hexagon)
