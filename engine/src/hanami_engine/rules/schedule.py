"""How fast a sample may teach."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import OUTPUT, SCALED, Net, Work
from hanami_engine.rules.backward import energy
from hanami_engine.view import hexagon_at, steps_of

FLOOR = np.float32(0.02)
HALF_LIFE = np.float32(20_000)


@rule
def rate_of(net: Net) -> np.float32:
    """Learning rate of the next sample.

    Over an announced number of samples it falls linearly from the first rate to 2 % of it and stays there; on an
    endless stream it is ``first / (1 + samples / 20000)``.
    """
    if net.announced > 0:
        left = np.float32(1) - np.float32(net.elapsed) / np.float32(net.announced)
        return net.first_rate * max(FLOOR, left)
    return net.first_rate / (np.float32(1) + np.float32(net.samples) / HALF_LIFE)


@rule
def set_steps(net: Net, work: Work, rate: np.float32) -> None:
    """Give every output its rate: a real one must not overshoot, so that strong potentials make it smaller."""
    for index in range(net.hexagon_count):
        goal = hexagon_at(net, index)
        if goal.kind == OUTPUT:
            step = rate
            if goal.code == SCALED:
                step = rate / max(np.float32(1), rate * energy(net, work, goal))
            for k in range(goal.start, goal.start + goal.width):
                steps_of(work)[k] = step
