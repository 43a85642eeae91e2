"""From active sources to the levels they reach and the sections they drive."""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import INPUT, LEVEL_BYTES, MATCH, SECTION_BYTES, Hexagon, Net, Work
from hanami_engine.rules.arena import affords, take_level
from hanami_engine.rules.grow import DOUBTFUL, MATURE, follow, join, surprise
from hanami_engine.rules.targets import choices
from hanami_engine.view import active_of, counts_of, level_at, section_at, source_at, touch_at, values_of, visit_at

FULL = np.float32(32767)  # of a section that is driven fully
MOST_USES = 65535


@rule
def note(work: Work, source: int, level: int, value: np.float32, force: np.int16) -> None:
    """Note that a value reached a level."""
    touch = touch_at(work, work.touched)
    touch.source, touch.level, touch.value, touch.force = source, level, value, force
    work.touched += 1


@rule
def climb(net: Net, work: Work, source: int, first: int, value: np.float32, counting: bool) -> None:
    """Note all levels of a source that its value reaches, from the first one on."""
    level = first
    while level > 0:
        record = level_at(net, level)
        if value <= record.low:
            break
        if counting:
            record.used = min(record.used + 1, MOST_USES)
        note(work, source, level, value, np.int16(min(FULL, np.float32((value - record.low) * record.inverse))))
        level = record.next


@rule
def visit(net: Net, work: Work, first: int) -> None:
    """Line up the sections of all levels that were reached since the `first` touch, block by block.

    A loop of its own: its steps do not wait for each other, so that a processor can overlap them.
    """
    counts, stride = counts_of(work), work.stride
    for t in range(first, work.touched):
        touch = touch_at(work, t)
        row, sections = level_at(net, touch.level).section if touch.level > 0 else 0, 0
        while row > 0:
            section = section_at(net, row)
            block = section.block
            place = counts[block]
            entry = visit_at(work, block * stride + place)
            entry.row, entry.force = row, touch.force
            counts[block] = place + 1
            sections += 1
            row = section.next
        touch.sections = sections


@rule
def find_match(net: Net, source: int, value: np.float32) -> int:
    """Find the level of a matching input that was made for this very value; 0 where there is none."""
    level = source_at(net, source).level
    while level > 0 and level_at(net, level).low != value:
        level = level_at(net, level).next
    return int(level)


@rule
def remember(net: Net, hexagon: Hexagon, source: int, value: np.float32, active: int) -> int:
    """Give a matching input a level for one more value; 0 without room."""
    count = min(net.fan_out, choices(net, hexagon))
    if count == 0 or not affords(net, LEVEL_BYTES + count * SECTION_BYTES):
        return 0
    level = take_level(net, value, np.float32(value * np.float32(2)))
    level_at(net, level).next = source_at(net, source).level
    source_at(net, source).level = level
    for _ in range(count):
        join(net, hexagon, source, level, active)
    return level


@rule
def match(net: Net, work: Work, hexagon: Hexagon, source: int, value: np.float32, active: int, learning: bool) -> None:
    """Note the level of a matching input that was made for this value, and no other."""
    level = find_match(net, source, value)
    if level == 0:
        work.novelty += np.float32(1)
        if learning:
            level = remember(net, hexagon, source, value, active)
    if level > 0:
        if learning:
            record = level_at(net, level)
            record.used = min(record.used + 1, MOST_USES)
            source_at(net, source).hits = min(source_at(net, source).hits + 1, MATURE)
        note(work, source, level, value, np.int16(32767))


@rule
def touch(net: Net, work: Work, hexagon: Hexagon, count: int, learning: bool) -> None:
    """Let the active sources of a hexagon drive their sections; while learning, let their levels follow first.

    A source that lost its levels to reduction is noted without a level, so that `need` may bring it back.
    """
    active, values, begin = active_of(work), values_of(work), work.touched
    counting = learning and (net.reduction > 0 or net.full > 0)
    given, matching = hexagon.kind == INPUT, hexagon.kind == INPUT and hexagon.code == MATCH
    for q in range(count):
        source, value = active[q], values[q]
        if matching:
            match(net, work, hexagon, source, value, count, learning)
            continue
        record = source_at(net, source)
        first = record.level
        if first == 0 or value > level_at(net, first).high or record.hits < DOUBTFUL:
            if given:
                work.novelty += surprise(net, source, value)
            if learning:
                follow(net, hexagon, source, value, count)
                first = record.level
        if learning and first > 0 and record.hits < MATURE:
            record.hits += 1
        if first > 0:
            climb(net, work, source, first, value, counting)
        elif learning and record.hits > 0:
            note(work, source, 0, value, np.int16(0))
    visit(net, work, begin)
