"""Rows and levels: taken from a free list, else from the end of their arena, within the byte budget."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import LEVEL_BYTES, NOWHERE, SECTION_BYTES, Net
from hanami_engine.view import level_at, section_at


@rule
def affords(net: Net, cost: int) -> bool:
    """Tell whether the network may grow by so many bytes; a refusal sets reduction going."""
    if net.bytes + cost <= net.limit:
        return True
    net.full = 1
    return False


@rule
def take_level(net: Net, low: np.float32, high: np.float32) -> int:
    """Take a level for the values between two borders; it has no section yet."""
    level = net.free_level
    if level > 0:
        net.free_level = level_at(net, level).next
    else:
        level = net.levels_used
        net.levels_used += 1
    net.level_count += 1
    net.bytes += LEVEL_BYTES
    record = level_at(net, level)
    record.section, record.next, record.tension, record.used = 0, 0, np.float32(0), 0
    record.rate = min(2 * net.threshold, 65535)
    bound(net, level, low, high)
    return int(level)


@rule
def bound(net: Net, level: int, low: np.float32, high: np.float32) -> None:
    """Set the borders of a level."""
    record = level_at(net, level)
    record.low, record.high = low, high
    record.inverse = np.float32(32767) / np.float32(high - low)


@rule
def take_section(net: Net, level: int, block: int) -> int:
    """Join a level to a block by a new section, first in its list; its weights are not set yet."""
    row = net.free_row
    if row > 0:
        net.free_row = section_at(net, row).next
    else:
        row = net.rows
        net.rows += 1
    net.section_count += 1
    net.born += 1
    net.bytes += SECTION_BYTES
    section_at(net, row).next, section_at(net, row).block = level_at(net, level).section, block
    level_at(net, level).section = row
    return int(row)


@rule
def free_levels(net: Net, level: int) -> None:
    """Free a level, those after it, and their sections."""
    while level > 0:
        row = level_at(net, level).section
        while row > 0:
            following = section_at(net, row).next
            section_at(net, row).next, section_at(net, row).block = net.free_row, NOWHERE
            net.free_row = row
            net.section_count -= 1
            net.freed += 1
            net.bytes -= SECTION_BYTES
            row = following
        following = level_at(net, level).next
        level_at(net, level).section, level_at(net, level).next = 0, net.free_level
        net.free_level = level
        net.level_count -= 1
        net.bytes -= LEVEL_BYTES
        level = following
