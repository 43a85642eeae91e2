"""From driven sections to the potentials of neurons, and on to the sums of the outputs."""

import numpy as np
from hanami_engine.records import LANES
from hanami_engine.rules.forward import POTENTIAL_UNIT, READOUT_UNIT

from .parts import ONE


def saturate(values):
    """Keep whole numbers within int16."""
    return np.minimum(np.maximum(values, -32768), 32767)


def sum_sections(moment, block):
    """Sum what sections give to a block, one after the other in the order in which they were driven.

    Every product is cut to the whole number below, half a unit too little on average: the sum starts with what that
    amounts to.  It saturates after each addition, so the order matters.
    """
    visits = moment.visits.get(block.number, [])
    total = np.full(LANES, min(len(visits) // 2, 32767), np.int32)
    for section, force in visits:
        total = saturate(total + ((section.weights.astype(np.int32) * force) >> 16))
    return total.astype(np.int16)


def excite(net, moment, hexagon):
    """Find the potentials of all neurons of an internal hexagon: nothing below zero, nothing beyond the last neuron."""
    for block in hexagon.blocks:
        potentials = sum_sections(moment, block)
        if net.spiking:
            potentials = spike(net, block, potentials)
        potentials = np.maximum(potentials, 0)
        potentials[max(hexagon.size - block.index * LANES, 0) :] = 0
        moment.potentials[block.number] = potentials


def spike(net, block, given):
    """Add what is left of earlier potentials; a neuron that rests takes nothing new."""
    left = (block.echo.astype(np.int32) * net.fade) >> 15
    rests, fires = block.rest > 0, given > 0
    potentials = np.where(rests, left, saturate(left + given)).astype(np.int16)
    block.rest = np.where(rests, block.rest - 1, np.where(fires, net.refractory - 1, 0)).astype(np.uint16)
    block.echo = np.maximum(potentials, 0)
    return potentials


def read_out(moment, hexagon):
    """Add what the neurons of a hexagon give to all outputs that read them: a sum of whole numbers, and so exact."""
    for goal in hexagon.readers:
        for block in hexagon.blocks:
            potentials = moment.potentials[block.number].astype(np.int64)
            for output in goal.present:
                given = int((potentials * block.readout[output.number]).sum())
                moment.totals[output.number] = moment.totals.get(output.number, 0) + given


def sum_up(moment, goal):
    """Sum an output hexagon: bias, neurons, and the sections of inputs that reach it directly."""
    for output in goal.present:
        from_neurons = np.float32(moment.totals.get(output.number, 0))
        moment.sums[output.number] = output.bias + from_neurons * (POTENTIAL_UNIT * READOUT_UNIT)
    for block in goal.blocks:
        if block.number in moment.visits:
            direct = sum_sections(moment, block)
            for output, units in zip(outputs_of(block), direct, strict=False):
                moment.sums[output.number] += np.float32(units) * POTENTIAL_UNIT * unit_of(output)


def outputs_of(block):
    """List the outputs behind the lanes of a block that inputs reach directly; the last lanes may have none."""
    return block.owner.present[block.index * LANES : (block.index + 1) * LANES]


def unit_of(output):
    """What direct sections mean in parts of the range: less, as the range of a real output grows."""
    return output.anchor / output.border if output.hits > 0 else ONE
