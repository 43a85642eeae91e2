"""From active sources to the potentials of neurons, and on to the outputs."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.rules.grow import FULL
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
def reach(active: Array, potential: Array, count: int, sources: Array, force: Array) -> int:
    """Keep the sources that exist, and give how far each value reaches into its section: 32767 at the border.

    Parameters
    ----------
    active, potential : arrays [count], overwritten by those that exist
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
            force[kept] = np.int16(min(FULL, potential[q] * source.inverse))
            kept += 1
    return kept


@rule
def forward(
    active: Array, force: Array, count: int, block: int, rows: Array, weights: Array, potentials: Array
) -> None:
    """Sum the sections of a block: ``potentials = Σ weight · force``, in units of 1/2048, saturating.

    Every product is cut to the integer below, which is half a unit too little on average; the sum starts with what
    that amounts to.

    Parameters
    ----------
    potentials : int16 array [blocks · LANES], written for this block
    """
    part = potentials[block * LANES : (block + 1) * LANES]
    part[:] = np.int16(min(count >> 1, 32767))
    for q in range(count):
        row, drive = weights[rows[active[q], block]], force[q]
        for lane in range(LANES):
            part[lane] = saturate(np.int32(part[lane]) + np.int32(high(row[lane], drive)))


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
