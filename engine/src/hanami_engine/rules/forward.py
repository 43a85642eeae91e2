"""From active sources to the potentials of neurons, and on to the outputs."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.rules.grow import reach
from hanami_engine.state import LANES, Array

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
def recall(active: Array, potential: Array, count: int, sources: Array, force: Array) -> int:
    """Keep the active sources that exist, and give how far their values reach, without changing them.

    Parameters
    ----------
    active : int32 array [count], overwritten by those that exist
    potential : float32 array [count]
    force : int16 array, written

    Returns
    -------
    int
        Number of sources that exist.
    """
    kept = 0
    for q in range(count):
        source = sources[active[q]]
        if source.hits > 0:
            active[kept] = active[q]
            force[kept] = reach(potential[q], source)
            kept += 1
    return kept


@rule
def add(total: np.int16, weight: np.int16, drive: np.int16) -> np.int16:
    """Add what one synapse gives."""
    return saturate(np.int32(total) + np.int32(high(weight, drive)))


@rule
def forward(
    active: Array, force: Array, count: int, block: int, rows: Array, weights: Array, potentials: Array
) -> None:
    """Sum the sections of a block: ``potentials = Σ weight · force``, in units of 1/2048, saturating.

    Every product is cut to the integer below, which is half a unit too little on average; the sum starts with what
    that amounts to.  Four sections at a time spare three of four trips of the sum through memory.

    Parameters
    ----------
    potentials : int16 array [blocks · LANES], written for this block
    """
    part = potentials[block * LANES : (block + 1) * LANES]
    part[:] = np.int16(min(count >> 1, 32767))
    whole = count // 4 * 4
    for q in range(0, whole, 4):
        row0, row1 = weights[rows[active[q], block]], weights[rows[active[q + 1], block]]
        row2, row3 = weights[rows[active[q + 2], block]], weights[rows[active[q + 3], block]]
        drive0, drive1, drive2, drive3 = force[q], force[q + 1], force[q + 2], force[q + 3]
        for lane in range(LANES):
            first = add(add(part[lane], row0[lane], drive0), row1[lane], drive1)
            part[lane] = add(add(first, row2[lane], drive2), row3[lane], drive3)
    for q in range(whole, count):
        row, drive = weights[rows[active[q], block]], force[q]
        for lane in range(LANES):
            part[lane] = add(part[lane], row[lane], drive)


@rule
def fire(potentials: Array, neurons: int) -> None:
    """Keep the potentials above zero; lanes beyond the last neuron stay silent."""
    for j in range(neurons):
        potentials[j] = max(potentials[j], np.int16(0))
    potentials[neurons:] = 0


@rule
def read_out(potentials: Array, readout: Array, bias: Array, outputs: Array) -> None:
    """Sum what the firing neurons give to the outputs, on top of the bias.

    The sum is one of integers and so exact: no order of summation, width of SIMD or number of threads can change it.
    """
    for k in range(len(outputs)):
        row, total = readout[k], np.int64(0)
        for j in range(len(potentials)):
            total += np.int64(potentials[j]) * np.int64(row[j])
        outputs[k] = bias[k] + np.float32(total) * (POTENTIAL_UNIT * READOUT_UNIT)
