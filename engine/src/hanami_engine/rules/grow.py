"""Birth of sections, and borders that follow the values."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.rules.noise import STEP, scramble, signed, stream
from hanami_engine.state import LANES, Array, Ledger, Source

FULL = np.float32(32767)  # a section that is driven fully
STRETCH = np.float32(1.05)  # a border moves up by at most this factor per sample
DOUBTFUL = 16  # activations until a source trusts its first value
BROKEN = np.float32(256)  # a first value this many times larger than a later one was broken
WEIGHT_RANGE = np.float32(0.03 * 4096)
READOUT_RANGE = np.float32(0.1 * 2**20)
SECTIONS, READOUTS = 1, 2  # domains of random numbers


@rule
def follow(source: Source, value: np.float32) -> bool:
    """Move the border of a source towards a value; tell whether it is born anew because its first value was broken."""
    hits, border = source.hits, source.border
    reborn = bool(hits == 0 or (hits < DOUBTFUL and border > BROKEN * value))
    if reborn:
        border, hits = value, 0
    elif value > border:
        border = min(value, np.float32(border * STRETCH))
    if border != source.border:
        source.border, source.inverse = border, FULL / border
    source.hits = min(hits + 1, 1 << 30)
    return reborn


@rule
def reach(value: np.float32, source: Source) -> np.int16:
    """Give how far a value reaches into the sections of its source: 32767 at the border and beyond."""
    return np.int16(min(FULL, np.float32(value * source.inverse)))


@rule
def take_row(free: Array, ledger: Ledger) -> int:
    """Take a row of the arena: one that was given back, else the next unused one."""
    ledger.born += 1
    if ledger.free > 0:
        ledger.free -= 1
        return int(free[ledger.free])
    ledger.used += 1
    return ledger.used - 1


@rule
def give_row(row: int, free: Array, ledger: Ledger) -> None:
    """Put a row of the arena on the free list."""
    free[ledger.free] = row
    ledger.free += 1


@rule
def draw(weights: Array, seed: np.uint64, number: int) -> None:
    """Draw the first weights of the section with this number, uniform in ±0.03."""
    bits = stream(seed, SECTIONS, number)
    for lane in range(LANES):
        bits += STEP
        weights[lane] = np.int16(WEIGHT_RANGE * signed(scramble(bits)))


@rule
def draw_readout(readout: Array, neurons: int, seed: np.uint64) -> None:
    """Draw the first weights from neurons to outputs, uniform in ±0.1."""
    for k in range(len(readout)):
        bits = stream(seed, READOUTS, k)
        for j in range(neurons):
            bits += STEP
            readout[k, j] = np.int32(READOUT_RANGE * signed(scramble(bits)))


@rule
def shortage(active: Array, count: int, rows: Array, ledger: Ledger, capacity: int) -> int:
    """Count the rows that these sources need when the arena has too few; else give 0."""
    room = capacity - ledger.used + ledger.free
    blocks = rows.shape[1]
    if count * blocks <= room:
        return 0
    needed = 0
    for q in range(count):
        needed += blocks if rows[active[q], 0] < 0 else 0
    return needed if needed > room else 0


@rule
def grow(
    active: Array,
    potential: Array,
    count: int,
    sources: Array,
    rows: Array,
    weights: Array,
    free: Array,
    ledger: Ledger,
    force: Array,
) -> None:
    """Follow the values of all active sources, and give sections to those that have none yet.

    Parameters
    ----------
    active, potential : arrays [count]
    force : int16 array, written
        How far each value reaches into its sections: 32767 at the border and beyond.
    """
    for q in range(count):
        s = active[q]
        if follow(sources[s], potential[q]):
            for block in range(rows.shape[1]):
                if rows[s, block] >= 0:
                    give_row(rows[s, block], free, ledger)
                rows[s, block] = take_row(free, ledger)
                draw(weights[rows[s, block]], ledger.seed, s * rows.shape[1] + block)
        force[q] = reach(potential[q], sources[s])
