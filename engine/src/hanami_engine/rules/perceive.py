"""From a raw row of values, or from potentials, to the list of active sources."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import BINARY, LANES, Array, Hexagon, Work
from hanami_engine.view import active_of, potentials_at, values_of

FAINTEST = np.float32(1e-30)
LOUDEST = np.float32(1e30)


@rule
def perceive(row: Array, hexagon: Hexagon, work: Work) -> int:
    """List the active sources of an input hexagon, and how large their values are.

    A positive value drives one source of its input, a negative one the other.  Zero, NaN (no reading) and magnitudes
    below `FAINTEST` drive nothing; an infinite value counts as `LOUDEST`.  Binary inputs are 1 above zero, else silent.

    Parameters
    ----------
    row : uint8 or float32 array [columns]

    Returns
    -------
    int
        Number of active sources.
    """
    active, values, first = active_of(work), values_of(work), hexagon.column
    touched = 0
    for i in range(hexagon.width):  # writes always and counts sometimes: no branch to predict
        active[touched] = i
        touched += int(row[first + i] != 0)
    count, binary, base = 0, hexagon.code == BINARY, hexagon.start
    for q in range(touched):
        i = active[q]
        value = np.float32(row[first + i])
        size = abs(value)
        active[count] = base + 2 * i + int(value < 0)
        values[count] = np.float32(1) if binary else min(size, LOUDEST)
        count += int(value > 0) if binary else int(size > FAINTEST)
    return count


@rule
def list_firing(hexagon: Hexagon, work: Work) -> int:
    """List the firing neurons of an internal hexagon as sources; their values are potentials in units of 1/2048."""
    count = 0
    for block in range(hexagon.open):
        potentials, base = potentials_at(work, hexagon.block + block), hexagon.start + block * LANES
        for lane in range(LANES):
            active_of(work)[count] = base + lane
            values_of(work)[count] = np.float32(potentials[lane])
            count += int(potentials[lane] > 0)
    return count
