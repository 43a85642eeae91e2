"""Corrections of the weights from the errors of the outputs, and how fast a sample may teach."""

import numpy as np
from hanami_engine.records import LANES
from hanami_engine.rules.backward import CORRECTION_UNITS, LIMIT, ROUNDING, SLOPE_UNITS, SPREADING
from hanami_engine.rules.forward import POTENTIAL_UNIT, READOUT_UNIT
from hanami_engine.rules.schedule import FLOOR, HALF_LIFE

from .answers import store
from .forward import outputs_of, saturate, unit_of
from .noise import dither, spread
from .parts import ONE

HALF = np.float32(0.5)  # of a product that `rounded_high` gives
FULL = np.float32(32767)


def rate_of(net):
    """Learning rate of a sample: falls over the announced ones, or slowly on an endless stream."""
    if net.announced > 0:
        return net.first_rate * max(FLOOR, ONE - np.float32(net.elapsed) / np.float32(net.announced))
    return net.first_rate / (ONE + np.float32(net.samples) / HALF_LIFE)


def step_of(net, moment, goal, rate):
    """Rate of an output hexagon; a real one must not overshoot where strong potentials lead to it."""
    if goal.values != "real":
        return rate
    squares = 0
    for hexagon in net.hexagons:
        if goal in hexagon.readers:
            for block in hexagon.blocks:
                squares += int((moment.potentials[block.number].astype(np.int64) ** 2).sum())
    energy = ONE + np.float32(squares) * (POTENTIAL_UNIT * POTENTIAL_UNIT)
    return rate / max(ONE, rate * energy)


def backward(net, moment):
    """Carry the errors back from the outputs, and correct every weight that took part."""
    rate = rate_of(net)
    steps = {goal.position: step_of(net, moment, goal, rate) for goal in net.outputs}
    for hexagon in reversed(net.hexagons):
        if hexagon.kind == "internal":
            judge(net, moment, hexagon, rate, steps)
        elif hexagon.kind == "output" and hexagon.width > 0:
            judge_output(net, moment, hexagon, steps[hexagon.position])
    for number, visits in moment.visits.items():
        for place, (section, force) in enumerate(visits):
            noise = spread(net.seed, SPREADING, net.samples, number, place)
            change = rounded_high(moment.corrections[number], force, noise)
            section.weights = saturate(section.weights.astype(np.int32) - change).astype(np.int16)


def rounded_high(correction, force, noise):
    """Give correction · force / 2**16, rounded up as often as the remainder is large: noise is from 0 to 2**15 - 1."""
    product = correction.astype(np.int32) * force
    remainder = product % 2**16
    return product // 2**16 + (remainder // 2 + noise) // 2**15


def judge(net, moment, hexagon, rate, steps):
    """Find how much every neuron of a hexagon is to blame, and correct what the outputs read from it."""
    blame = {block.number: np.zeros(LANES, np.float32) for block in hexagon.blocks}
    for block in hexagon.blocks:
        for goal in hexagon.readers:
            for output in goal.present:
                blame[block.number] += correct_readout(moment, block, output, steps[goal.position])
    for touch in moment.touches.get(hexagon.position, []):
        block, lane = divmod(touch.source.number - hexagon.first_source, LANES)
        blame[hexagon.blocks[block].number][lane] += blame_of(moment, touch)
    for block in hexagon.blocks:
        fires = moment.potentials[block.number] > 0
        round_corrections(net, moment, block, blame[block.number], fires, rate)


def correct_readout(moment, block, output, step):
    """Give the share of every neuron of a block in the error of an output, then correct the weights between them."""
    error, weights = moment.errors[output.number], block.readout[output.number].astype(np.float32)
    change = step * error * (POTENTIAL_UNIT / READOUT_UNIT)
    block.readout[output.number] = store(weights - change * moment.potentials[block.number].astype(np.float32))
    return error * READOUT_UNIT * weights


def blame_of(moment, touch):
    """Give the share of a neuron in the errors of those it drove through one of its levels.

    Only in the level where its potential lies does the force change with the potential; beyond the last one it counts
    as at the end.
    """
    if not touch.level or (touch.force == FULL and touch.level is not touch.source.levels[-1]):
        return np.float32(0)
    total = 0
    for section in touch.level.sections:
        total += int((section.weights.astype(np.int64) * moment.slopes[section.block.number]).sum())
    return np.float32(total) * (HALF / SLOPE_UNITS) * (touch.level.inverse / FULL)


def judge_output(net, moment, goal, step):
    """Correct the bias of an output hexagon, and find the corrections of the sections that reach it directly."""
    for output in goal.present:
        output.bias -= step * moment.errors[output.number]
    for block in goal.blocks:
        if block.number in moment.visits:
            blame = np.zeros(LANES, np.float32)
            for lane, output in enumerate(outputs_of(block)):
                blame[lane] = moment.errors[output.number] * unit_of(output)
            count = np.float32(len(moment.visits[block.number]))
            everyone = np.ones(LANES, bool)
            round_corrections(net, moment, block, blame, everyone, step / max(ONE, step * count))


def round_corrections(net, moment, block, blame, fires, rate):
    """Turn blame into whole units, up or down at random, so that small shares count too; silent neurons have none.

    Corrections are for the sections of the block, slopes are what the neurons before see of them.
    """
    wanted = np.clip(rate * CORRECTION_UNITS * blame, -LIMIT, LIMIT)
    noise = dither(net.seed, ROUNDING, net.samples, block.number)
    moment.corrections[block.number] = np.where(fires, np.floor(wanted + noise), 0).astype(np.int16)
    slopes = np.rint(np.clip(SLOPE_UNITS * blame, -LIMIT, LIMIT))
    moment.slopes[block.number] = np.where(fires, slopes, 0).astype(np.int16)
