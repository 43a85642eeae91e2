"""From a raw row of values to the list of active sources."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.state import Array

FAINTEST = np.float32(1e-30)
LOUDEST = np.float32(1e30)


@rule
def perceive(row: Array, inputs: int, active: Array, potential: Array) -> int:
    """List the active sources of a row, and how large their values are.

    A positive value drives the source of its input, a negative one the source ``inputs`` further on.  Zero, NaN (no
    reading) and magnitudes below `FAINTEST` drive nothing; an infinite value counts as `LOUDEST`.

    Parameters
    ----------
    row : uint8 or float32 array [inputs]
    inputs : int
    active : int32 array [inputs], written
    potential : float32 array [inputs], written

    Returns
    -------
    int
        Number of active sources.
    """
    touched = 0
    for i in range(inputs):  # writes always and counts sometimes: no branch to predict
        active[touched] = i
        touched += int(row[i] != 0)
    count = 0
    for q in range(touched):
        i = active[q]
        value = np.float32(row[i])
        active[count] = i if value > 0 else inputs + i
        potential[count] = min(abs(value), LOUDEST)
        count += int(abs(value) > FAINTEST)
    return count
