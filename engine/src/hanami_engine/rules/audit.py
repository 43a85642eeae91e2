"""Whether the lists of a network hang together: kernels trust them and do not look twice."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import (
    BAD_BLOCK,
    BAD_BORDER,
    BAD_LEVELS,
    BAD_SECTIONS,
    INPUT,
    MATCH,
    NOWHERE,
    OUTPUT,
    SOUND,
    Array,
    Hexagon,
    Net,
)
from hanami_engine.rules.reduce import extent
from hanami_engine.view import hexagon_at, level_at, owners_of, section_at, source_at, target_at


@rule
def may_reach(net: Net, hexagon: Hexagon, block: int) -> bool:
    """Tell whether the sections of a hexagon may lead to a block."""
    if block >= net.block_count:
        return False
    owner = owners_of(net)[block]
    goal = hexagon_at(net, owner)
    if block - goal.block >= goal.open:
        return False
    for target in range(hexagon.target, hexagon.target + hexagon.sums):
        if target_at(net, target).hexagon == owner:
            return True
    return False


@rule
def audit_sections(net: Net, hexagon: Hexagon, level: int, seen: Array) -> int:
    """Check the sections of a level, and mark them as seen."""
    row = level_at(net, level).section
    while row != 0:
        if row < 0 or row >= net.rows or seen[row]:
            return BAD_SECTIONS
        if not may_reach(net, hexagon, section_at(net, row).block):
            return BAD_BLOCK
        seen[row] = 1
        row = section_at(net, row).next
    return SOUND


@rule
def audit_source(net: Net, hexagon: Hexagon, source: int, seen_levels: Array, seen_rows: Array) -> int:
    """Check the levels of a source, and mark them as seen."""
    matching = hexagon.kind == INPUT and hexagon.code == MATCH
    level, floor = source_at(net, source).level, np.float32(0)
    while level != 0:
        if level < 0 or level >= net.levels_used or seen_levels[level]:
            return BAD_LEVELS
        seen_levels[level] = 1
        record = level_at(net, level)
        if not (np.isfinite(record.high) and record.high > record.low >= 0 and np.isfinite(record.inverse)):
            return BAD_BORDER
        if not (matching or record.low == floor):
            return BAD_BORDER
        floor = record.high
        fault = audit_sections(net, hexagon, level, seen_rows)
        if fault != SOUND:
            return fault
        level = record.next
    return SOUND


@rule
def audit_free(net: Net, seen_levels: Array, seen_rows: Array) -> int:
    """Check the free lists, and that everything is either in use or free."""
    levels = rows = 0
    level, row = net.free_level, net.free_row
    while level != 0:
        if level < 0 or level >= net.levels_used or seen_levels[level]:
            return BAD_LEVELS
        seen_levels[level], level, levels = 1, level_at(net, level).next, levels + 1
    while row != 0:
        if row < 0 or row >= net.rows or seen_rows[row] or section_at(net, row).block != NOWHERE:
            return BAD_SECTIONS
        seen_rows[row], row, rows = 1, section_at(net, row).next, rows + 1
    if net.level_count != net.levels_used - 1 - levels or seen_levels.sum() != net.levels_used - 1:
        return BAD_LEVELS
    if net.section_count != net.rows - 1 - rows or seen_rows.sum() != net.rows - 1:
        return BAD_SECTIONS
    return SOUND


@rule
def audit(net: Net, seen_levels: Array, seen_rows: Array) -> int:
    """Check every list.

    Parameters
    ----------
    seen_levels, seen_rows : uint8 arrays, zero; one element per level and row ever used

    Returns
    -------
    int
        `SOUND`, or what is wrong.
    """
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        if hexagon.kind == OUTPUT:
            continue
        for source in range(hexagon.start, hexagon.start + extent(hexagon)):
            fault = audit_source(net, hexagon, source, seen_levels, seen_rows)
            if fault != SOUND:
                return fault
    return audit_free(net, seen_levels, seen_rows)
