"""Corrections of the weights from the errors of the outputs."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import INTERNAL, LANES, OUTPUT, Array, Hexagon, Net, Work
from hanami_engine.rules.forward import POTENTIAL_UNIT, READOUT_UNIT, high, saturate, unit_of
from hanami_engine.rules.noise import hashed, stream
from hanami_engine.view import (
    biases_of,
    blame_at,
    bounds_of,
    corrections_at,
    counts_of,
    errors_of,
    hexagon_at,
    level_at,
    potentials_at,
    readout_at,
    section_at,
    slopes_at,
    steps_of,
    target_at,
    touch_at,
    visit_at,
    weights_at,
)

CORRECTION_UNITS = np.float32(8192)  # of a correction: 1/2 · 4096 of a weight, for `rounded_high` halves the product
SLOPE_UNITS = np.float32(4096)  # of the blame of a neuron, as neurons before it see it
LIMIT = np.float32(32000)
READOUT_LIMIT = np.float32(2.0**30)
ROUNDING, SPREADING = 4, 5  # domains of random numbers


@rule
def rounded_high(a: np.int16, b: np.int16, noise: np.uint16) -> np.int16:
    """High half of an int16 product (pmulhw), rounded up as often as its low half (pmullw) is large.

    Rounding to the nearest instead would lose all corrections of less than half a unit, while the few larger ones of
    the opposite sign count: at low rates a network would drift away from what it knows.

    Parameters
    ----------
    noise : int
        Uniform in 0 to 2**15 - 1.
    """
    half = np.uint16(np.uint16(np.uint16(a) * np.uint16(b)) >> np.uint16(1))
    return np.int16(high(a, b) + np.int16(np.uint16(half + noise) >> np.uint16(15)))


@rule
def store(value: np.float32) -> np.int32:
    """Round a weight to an output, in its units, to int32; far larger than any useful one it stays at the end."""
    return np.int32(np.rint(min(max(value, -READOUT_LIMIT), READOUT_LIMIT)))


@rule
def correct_readout(potentials: Array, step: np.float32, error: np.float32, row: Array, blame: Array) -> None:
    """Add the share of every neuron of a block in the error of an output to its blame, then correct the weights.

    Parameters
    ----------
    step : float
        Rate of the output.
    row : int32 array [LANES]
        Weights from the block to the output.
    blame : float32 array [LANES], added to: error · weight
    """
    gain = error * READOUT_UNIT
    change = step * error * (POTENTIAL_UNIT / READOUT_UNIT)
    for lane in range(LANES):
        weight = np.float32(row[lane])
        blame[lane] += gain * weight
        row[lane] = store(weight - change * np.float32(potentials[lane]))


@rule
def energy(net: Net, work: Work, goal: Hexagon) -> np.float32:
    """Sum of squared potentials that an output hexagon reads, plus 1 for the bias."""
    total = np.int64(0)
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        if hexagon.kind != INTERNAL or not reads(net, hexagon, goal):
            continue
        for block in range(hexagon.block, hexagon.block + hexagon.open):
            part = potentials_at(work, block)
            for lane in range(LANES):
                total += np.int64(part[lane]) * np.int64(part[lane])
    return np.float32(1) + np.float32(total) * (POTENTIAL_UNIT * POTENTIAL_UNIT)


@rule
def reads(net: Net, hexagon: Hexagon, goal: Hexagon) -> bool:
    """Tell whether an output hexagon reads an internal one."""
    for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
        if hexagon_at(net, target_at(net, target).hexagon).start == goal.start:
            return True
    return False


@rule
def round_corrections(
    potentials: Array, blame: Array, rate: np.float32, dither: np.uint32, corrections: Array, slopes: Array
) -> None:
    """Turn the blame of firing neurons into int16, rounded up or down at random so that small shares count too.

    Parameters
    ----------
    dither : int
        First of the random numbers of this block.
    corrections : int16 array [LANES], written
        What the sections of this block are corrected by.
    slopes : int16 array [LANES], written
        Blame as the sources of these sections see it.
    """
    gain = rate * CORRECTION_UNITS
    for lane in range(LANES):
        noise = np.float32(hashed(np.uint32(dither + np.uint32(lane))) >> np.uint32(8)) * np.float32(2.0**-24)
        fires = potentials[lane] > 0
        wanted = min(max(gain * blame[lane], -LIMIT), LIMIT)
        corrections[lane] = np.int16(np.floor(wanted + noise)) if fires else np.int16(0)
        slope = min(max(SLOPE_UNITS * blame[lane], -LIMIT), LIMIT)
        slopes[lane] = np.int16(np.rint(slope)) if fires else np.int16(0)


@rule
def blame_of(net: Net, work: Work, level: int) -> np.int64:
    """Sum slope · weight over the sections of a level: exact, whatever the order."""
    total, row = np.int64(0), level_at(net, level).section
    while row > 0:
        section = section_at(net, row)
        weights, slopes = weights_at(net, row), slopes_at(work, section.block)
        for lane in range(LANES):
            total += np.int64(np.int32(weights[lane]) * np.int32(slopes[lane]))
        row = section.next
    return total


@rule
def blame_sources(net: Net, work: Work, index: int) -> None:
    """Give the neurons of an internal hexagon their share in the errors of the neurons they drove.

    Only the level in which a potential lies changes with it; one beyond the range counts as at its end.
    """
    hexagon = hexagon_at(net, index)
    for t in range(bounds_of(work)[index], bounds_of(work)[index + 1]):
        touch = touch_at(work, t)
        if touch.level == 0 or (touch.force == 32767 and level_at(net, touch.level).next > 0):
            continue
        share = np.float32(blame_of(net, work, touch.level))
        neuron = touch.source - hexagon.start
        slope = share * (np.float32(0.5) / SLOPE_UNITS) * (level_at(net, touch.level).inverse / np.float32(32767))
        blame_at(work, hexagon.block + neuron // LANES)[neuron % LANES] += slope


@rule
def judge(net: Net, work: Work, index: int, rate: np.float32) -> None:
    """Find the blame of the neurons of an internal hexagon, correct what the outputs read from them, and round."""
    hexagon = hexagon_at(net, index)
    for block in range(hexagon.block, hexagon.block + hexagon.open):
        blame_at(work, block)[:] = 0
        for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
            goal = hexagon_at(net, target_at(net, target).hexagon)
            for k in range(goal.start, goal.start + goal.width):
                row, step, error = readout_at(net, block * net.output_count + k), steps_of(work)[k], errors_of(work)[k]
                correct_readout(potentials_at(work, block), step, error, row, blame_at(work, block))
    if hexagon.sums > 0:
        blame_sources(net, work, index)
    begin = np.uint32(stream(net.seed, ROUNDING, net.samples) >> np.uint64(32))
    for block in range(hexagon.block, hexagon.block + hexagon.open):
        dither = np.uint32(begin + np.uint32(block * LANES))
        round_corrections(
            potentials_at(work, block),
            blame_at(work, block),
            rate,
            dither,
            corrections_at(work, block),
            slopes_at(work, block),
        )


@rule
def judge_output(net: Net, work: Work, goal: Hexagon) -> None:
    """Correct the bias of an output hexagon, and find the corrections of the sections that reach it directly."""
    step = steps_of(work)[goal.start]
    for k in range(goal.start, goal.start + goal.width):
        biases_of(net)[k] -= step * errors_of(work)[k]
    begin = np.uint32(stream(net.seed, ROUNDING, net.samples) >> np.uint64(32))
    for index in range(goal.open):
        block = goal.block + index
        if counts_of(work)[block] == 0:
            continue
        blame_at(work, block)[:] = 0
        for lane in range(min(LANES, goal.width - index * LANES)):
            k = goal.start + index * LANES + lane
            blame_at(work, block)[lane] = errors_of(work)[k] * unit_of(net, k)
        potentials_at(work, block)[:] = 1  # every lane takes part
        dither = np.uint32(begin + np.uint32(block * LANES))
        direct = step / max(np.float32(1), step * np.float32(counts_of(work)[block]))
        round_corrections(
            potentials_at(work, block),
            blame_at(work, block),
            direct,
            dither,
            corrections_at(work, block),
            slopes_at(work, block),
        )


@rule
def correct(net: Net, work: Work, block: int) -> None:
    """Correct all sections of a block that were driven: ``weight -= force · correction``, saturating."""
    part, begin = corrections_at(work, block), block * work.stride
    first = np.uint32((stream(net.seed, SPREADING, net.samples) >> np.uint64(32)) + np.uint64(block << 20))
    for place in range(counts_of(work)[block]):
        visit = visit_at(work, begin + place)
        row, drive = weights_at(net, visit.row), visit.force
        noise = np.uint16(hashed(np.uint32(first + np.uint32(place))) >> np.uint32(17))
        for lane in range(LANES):
            row[lane] = saturate(np.int32(row[lane]) - np.int32(rounded_high(part[lane], drive, noise)))


@rule
def backward(net: Net, work: Work, rate: np.float32) -> None:
    """Carry the errors back from the outputs, correct every weight that took part."""
    for index in range(net.hexagon_count - 1, -1, -1):
        hexagon = hexagon_at(net, index)
        if hexagon.kind == INTERNAL:
            judge(net, work, index, rate)
        elif hexagon.kind == OUTPUT and hexagon.width > 0:
            judge_output(net, work, hexagon)
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        for block in range(hexagon.block, hexagon.block + hexagon.open):
            correct(net, work, block)
