"""Ranges of real outputs that follow their targets."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import INTERNAL, LANES, SCALED, Array, Net, Scale
from hanami_engine.rules.backward import store
from hanami_engine.rules.grow import BROKEN, DOUBTFUL, STRETCH
from hanami_engine.rules.perceive import FAINTEST
from hanami_engine.view import biases_of, hexagon_at, readout_at, scale_at

MOST_HITS = 1 << 30


@rule
def widen(scale: Scale, size: np.float32) -> np.float32:
    """Move the range of an output towards a target; give the factor by which it grew, 1 when it was born (again)."""
    before, hits = scale.border, scale.hits
    if hits == 0 or (hits < DOUBTFUL and before > BROKEN * size):
        scale.border, scale.anchor, scale.hits = size, size, 1
        return np.float32(1)
    scale.hits = min(hits + 1, MOST_HITS)
    if size > before:
        scale.border = min(size, np.float32(before * STRETCH))
    return np.float32(scale.border / before)


@rule
def rescale(net: Net, truth: Array) -> None:
    """Let the range of every real output follow its target; what the network answers stays the same."""
    for index in range(net.hexagon_count):
        goal = hexagon_at(net, index)
        if goal.code != SCALED or goal.kind != 2:
            continue
        for k in range(goal.start, goal.start + goal.width):
            size = abs(truth[goal.truth + k - goal.start])
            if size > FAINTEST:  # below it 5 % more may round to the same number
                grown = widen(scale_at(net, k), size)
                if grown != 1:
                    shrink(net, k, np.float32(1) / grown)


@rule
def shrink(net: Net, k: int, change: np.float32) -> None:
    """Scale everything that leads to an output."""
    biases_of(net)[k] *= change
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        if hexagon.kind == INTERNAL:
            for block in range(hexagon.block, hexagon.block + hexagon.open):
                row = readout_at(net, block * net.output_count + k)
                for lane in range(LANES):
                    row[lane] = store(np.float32(row[lane]) * change)
