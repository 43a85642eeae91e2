"""How fast a sample may teach."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.state import Ledger

FLOOR = np.float32(0.02)
HALF_LIFE = np.float32(20_000)


@rule
def rate_of(ledger: Ledger, first: np.float32) -> np.float32:
    """Learning rate of the next sample.

    Over an announced number of samples it falls linearly from `first` to 2 % of it and stays there; on an endless
    stream it is ``first / (1 + samples / 20000)``.
    """
    if ledger.announced > 0:
        left = np.float32(1) - np.float32(ledger.elapsed) / np.float32(ledger.announced)
        return first * max(FLOOR, left)
    return first / (np.float32(1) + np.float32(ledger.samples) / HALF_LIFE)
