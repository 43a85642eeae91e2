"""Corrections of the weights from the errors of the outputs."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.rules.forward import POTENTIAL_UNIT, READOUT_UNIT, high, saturate
from hanami_engine.rules.grow import follow
from hanami_engine.rules.noise import hashed, stream
from hanami_engine.state import LANES, Array

CORRECTION_UNITS = np.float32(8192)  # of a correction: 1/2 · 4096 of a weight, for `rounded_high` halves the product
LIMIT = np.float32(32000)
READOUT_LIMIT = np.float32(2.0**30)
ROUNDING = 3  # domain of random numbers


@rule
def rounded_high(a: np.int16, b: np.int16) -> np.int16:
    """High half of an int16 product, rounded: its top half plus the highest bit of its low half (pmulhw, pmullw)."""
    low = np.uint16(np.uint16(a) * np.uint16(b))
    return np.int16(high(a, b) + np.int16(low >> np.uint16(15)))


@rule
def store(value: np.float32) -> np.int32:
    """Round a weight to an output, in its units, to int32; far larger than any useful one it stays at the end."""
    return np.int32(np.rint(min(max(value, -READOUT_LIMIT), READOUT_LIMIT)))


@rule
def rescale(scales: Array, values: Array, readout: Array, bias: Array) -> None:
    """Let the range of every real output follow its target; what the network answers stays the same."""
    for k in range(len(scales)):
        size, before = abs(values[k]), scales[k].border
        if size > 0 and not follow(scales[k], size) and scales[k].border != before:
            change = before / scales[k].border
            for j in range(readout.shape[1]):
                readout[k, j] = store(np.float32(readout[k, j]) * change)
            bias[k] *= change


@rule
def correct_readout(
    potentials: Array, rate: np.float32, errors: Array, readout: Array, bias: Array, blame: Array
) -> None:
    """Find the share of every neuron in the errors, then correct the weights to the outputs.

    Parameters
    ----------
    errors : float32 array [outputs]
    blame : float32 array [blocks · LANES], written: Σ error · weight
    """
    blame[:] = 0
    for k in range(len(errors)):
        row, error = readout[k], errors[k] * READOUT_UNIT
        step = rate * errors[k] * (POTENTIAL_UNIT / READOUT_UNIT)
        bias[k] -= rate * errors[k]
        for j in range(len(potentials)):
            weight = np.float32(row[j])
            blame[j] += error * weight
            row[j] = store(weight - step * np.float32(potentials[j]))


@rule
def round_corrections(
    potentials: Array, blame: Array, rate: np.float32, seed: np.uint64, sample: int, corrections: Array
) -> None:
    """Turn the blame of firing neurons into int16, rounded up or down at random so that small shares count too."""
    gain, begin = rate * CORRECTION_UNITS, np.uint32(stream(seed, ROUNDING, sample) >> np.uint64(32))
    for j in range(len(potentials)):
        dither = np.float32(hashed(np.uint32(begin + np.uint32(j))) >> np.uint32(8)) * np.float32(2.0**-24)
        wanted = min(max(gain * blame[j], -LIMIT), LIMIT)
        corrections[j] = np.int16(np.floor(wanted + dither)) if potentials[j] > 0 else np.int16(0)


@rule
def backward(active: Array, force: Array, count: int, rows: Array, weights: Array, corrections: Array) -> None:
    """Correct all sections of the active sources: ``weight -= force · correction``, saturating."""
    for q in range(count):
        drive = force[q]
        for block in range(rows.shape[1]):
            row, part = weights[rows[active[q], block]], corrections[block * LANES : (block + 1) * LANES]
            for lane in range(LANES):
                row[lane] = saturate(np.int32(row[lane]) - np.int32(rounded_high(part[lane], drive)))
