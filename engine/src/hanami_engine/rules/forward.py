"""From driven sections to the potentials of neurons, and on to the outputs."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import LANES, Array, Hexagon, Net, Work
from hanami_engine.view import (
    biases_of,
    counts_of,
    echo_at,
    hexagon_at,
    outputs_of,
    potentials_at,
    readout_at,
    rest_at,
    scale_at,
    target_at,
    totals_of,
    visit_at,
    weights_at,
)

POTENTIAL_UNIT = np.float32(2.0**-11)  # of an int16 potential
READOUT_UNIT = np.float32(2.0**-20)  # of an int32 weight to an output


@rule
def high(a: np.int16, b: np.int16) -> np.int16:
    """High half of an int16 product; LLVM turns it into one SIMD instruction (pmulhw) per register."""
    return np.int16((np.int32(a) * np.int32(b)) >> np.int32(16))


@rule
def saturate(value: np.int32) -> np.int16:
    """Clamp to int16; around a sum it becomes one saturating SIMD addition (paddsw, psubsw)."""
    return np.int16(min(max(value, np.int32(-32768)), np.int32(32767)))


@rule
def add(total: np.int16, weight: np.int16, drive: np.int16) -> np.int16:
    """Add what one synapse gives."""
    return saturate(np.int32(total) + np.int32(high(weight, drive)))


@rule
def forward(net: Net, work: Work, block: int) -> None:
    """Sum the sections of a block: ``potentials = Σ weight · force``, in units of 1/2048, saturating.

    Every product is cut to the integer below, which is half a unit too little on average; the sum starts with what
    that amounts to.  Four sections at a time spare three of four trips of the sum through memory.
    """
    part, count, begin = potentials_at(work, block), counts_of(work)[block], block * work.stride
    part[:] = np.int16(min(count >> 1, 32767))
    whole = begin + count // 4 * 4
    for v in range(begin, whole, 4):
        one, two, three, four = visit_at(work, v), visit_at(work, v + 1), visit_at(work, v + 2), visit_at(work, v + 3)
        row0, row1 = weights_at(net, one.row), weights_at(net, two.row)
        row2, row3 = weights_at(net, three.row), weights_at(net, four.row)
        drive0, drive1, drive2, drive3 = one.force, two.force, three.force, four.force
        for lane in range(LANES):
            first = add(add(part[lane], row0[lane], drive0), row1[lane], drive1)
            part[lane] = add(add(first, row2[lane], drive2), row3[lane], drive3)
    for v in range(whole, begin + count):
        last = visit_at(work, v)
        row, drive = weights_at(net, last.row), last.force
        for lane in range(LANES):
            part[lane] = add(part[lane], row[lane], drive)


@rule
def fire(part: Array, neurons: int) -> None:
    """Keep the potentials above zero; lanes beyond the last neuron stay silent."""
    for lane in range(LANES):
        part[lane] = max(part[lane], np.int16(0))
    part[min(neurons, LANES) :] = 0


@rule
def spike(part: Array, echo: Array, rest: Array, fade: int, refractory: int) -> None:
    """Add what is left of earlier potentials; a neuron that rests only fades.

    Parameters
    ----------
    part : int16 array [LANES], overwritten by the potentials
    echo : int16 array [LANES]
        Potentials of the step before; overwritten by the new ones.
    rest : uint16 array [LANES]
        Steps until a neuron can be triggered again.
    fade : int
        32768 / cool-down.
    """
    for lane in range(LANES):
        left = (np.int32(echo[lane]) * np.int32(fade)) >> np.int32(15)
        if rest[lane] > 0:
            rest[lane] -= 1
            part[lane] = np.int16(left)
        else:
            if part[lane] > 0:
                rest[lane] = refractory - 1
            part[lane] = saturate(left + np.int32(part[lane]))
        echo[lane] = max(part[lane], np.int16(0))


@rule
def excite(net: Net, work: Work, hexagon: Hexagon) -> None:
    """Find the potentials of all neurons of an internal hexagon."""
    for index in range(hexagon.open):
        block = hexagon.block + index
        forward(net, work, block)
        part = potentials_at(work, block)
        if net.spiking:
            spike(part, echo_at(net, block), rest_at(net, block), net.fade, net.refractory)
        fire(part, hexagon.neurons - index * LANES)


@rule
def add_up(potentials: Array, row: Array) -> np.int64:
    """Sum what the neurons of a block give to an output.

    The sum is one of integers and so exact: no order of summation, width of SIMD or number of threads can change it.
    """
    total = np.int64(0)
    for lane in range(LANES):
        total += np.int64(potentials[lane]) * np.int64(row[lane])
    return total


@rule
def read_out(net: Net, work: Work, hexagon: Hexagon) -> None:
    """Add what an internal hexagon gives to all output hexagons within its reach."""
    for target in range(hexagon.target + hexagon.sums, hexagon.target + hexagon.targets):
        goal = hexagon_at(net, target_at(net, target).hexagon)
        for block in range(hexagon.block, hexagon.block + hexagon.open):
            part = potentials_at(work, block)
            for k in range(goal.start, goal.start + goal.width):
                totals_of(work)[k] += add_up(part, readout_at(net, block * net.output_count + k))


@rule
def sum_up(net: Net, work: Work, goal: Hexagon) -> None:
    """Sum the outputs of an output hexagon: bias, neurons, and sections that reach it without any neuron between."""
    for k in range(goal.start, goal.start + goal.width):
        outputs_of(work)[k] = biases_of(net)[k] + np.float32(totals_of(work)[k]) * (POTENTIAL_UNIT * READOUT_UNIT)
    for index in range(goal.open):
        block = goal.block + index
        if counts_of(work)[block] > 0:
            forward(net, work, block)
            part = potentials_at(work, block)
            for lane in range(min(LANES, goal.width - index * LANES)):
                k = goal.start + index * LANES + lane
                outputs_of(work)[k] += np.float32(part[lane]) * POTENTIAL_UNIT * unit_of(net, k)


@rule
def unit_of(net: Net, k: int) -> np.float32:
    """Of a direct section in parts of the range: shrinks as the range of a real output grows."""
    scale = scale_at(net, k)
    return np.float32(scale.anchor / scale.border) if scale.hits > 0 else np.float32(1)
