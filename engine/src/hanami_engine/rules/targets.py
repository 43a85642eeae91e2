"""Which blocks the sections of a source reach."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import Hexagon, Net
from hanami_engine.rules.noise import STEP, scramble, stream
from hanami_engine.view import hexagon_at, level_at, section_at, target_at

DRAWS = 1  # domain of random numbers
PATIENCE = 16  # draws per section until the nearest block is taken that is left


@rule
def choices(net: Net, hexagon: Hexagon) -> int:
    """Count the open blocks that sections of a hexagon may reach."""
    total = 0
    for target in range(hexagon.target, hexagon.target + hexagon.sums):
        total += hexagon_at(net, target_at(net, target).hexagon).open
    return total


@rule
def is_joined(net: Net, level: int, block: int) -> bool:
    """Tell whether a level has a section to a block."""
    row = level_at(net, level).section
    while row > 0:
        if section_at(net, row).block == block:
            return True
        row = section_at(net, row).next
    return False


@rule
def draw_block(net: Net, hexagon: Hexagon, bits: np.uint64) -> int:
    """Draw a block: first its hexagon by distance, then one of the open blocks of that hexagon.

    Returns
    -------
    int
        The block; -1 where the hexagon that was drawn has none open.
    """
    share, target = bits >> np.uint64(32), hexagon.target
    while target < hexagon.target + hexagon.sums - 1 and share >= np.uint64(target_at(net, target).until):
        target += 1
    goal = hexagon_at(net, target_at(net, target).hexagon)
    if goal.open == 0:
        return -1
    return int(goal.block + int(((bits & np.uint64(0xFFFFFFFF)) * np.uint64(goal.open)) >> np.uint64(32)))


@rule
def choose_block(net: Net, hexagon: Hexagon, source: int, level: int) -> int:
    """Choose a block that a level has no section to yet; where draws keep missing it, the nearest one.

    The caller makes sure that there is one.
    """
    bits = stream(net.seed, DRAWS, source)
    for _ in range(PATIENCE * net.fan_out):
        bits += STEP
        block = draw_block(net, hexagon, scramble(bits))
        if block >= 0 and not is_joined(net, level, block):
            return int(block)
    for target in range(hexagon.target, hexagon.target + hexagon.sums):
        goal = hexagon_at(net, target_at(net, target).hexagon)
        for block in range(goal.block, goal.block + goal.open):
            if not is_joined(net, level, block):
                return int(block)
    return -1
