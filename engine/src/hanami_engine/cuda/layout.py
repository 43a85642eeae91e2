"""Where the parts of a network lie on a device: packed, with as much room as it needs for now.

On the host a network has addresses for all that it may ever become; a device has memory only.  There sources and
outputs stand side by side, so that their places are short of their numbers by a *shift*, which kernels add where random
numbers are drawn for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanami_engine import records
from hanami_engine.records import INPUT, INTERNAL, LANES, OUTPUT, Array
from hanami_engine.state import Demands, State
from hanami_engine.workspace import room_shapes

ALIGNMENT = 256  # bytes: a row of weights begins where a device reads best
GUARD = 256  # bytes between two arrays, which nobody may touch
ENDLESS = 2**62
LEAST_SECTIONS, LEAST_LEVELS = 1023, 511
EXTRA_JOBS = 4  # besides the sections of one level: one more section, and some to spare

type_of_desk = np.dtype(
    [
        *((name, "<u8") for name in (*records.Room._fields, "jobs", "shifts", "gate")),
        *((name, "<i8") for name in ("stride", "most_sections", "most_levels", "touched", "done")),
        *((name, "<i8") for name in ("stopped", "wants_sections", "wants_levels")),
        ("novelty", "<f4"),
        ("error", "<f4"),
    ]
)
"""The `Work` of kernels.cu: what one sample needs besides its network, and what the host is told."""

type_of_order = np.dtype(
    [
        *((name, "<u8") for name in ("net", "work", "samples", "targets", "answers", "novelty")),
        *((name, "<i8") for name in ("count", "columns", "wanted", "told")),
        *((name, "<i4") for name in ("octets", "teaches")),
    ]
)
"""The `Order` of kernels.cu: the rows of one network."""

JOB_BYTES, GATE_BYTES = 24, 8


class Room(NamedTuple):
    """How much a network has room for on a device.

    Attributes
    ----------
    columns : tuple of int
        Values of each input hexagon.
    outputs : tuple of int
        Outputs of each output hexagon.
    sections, levels : int
        In its arenas.
    """

    columns: tuple[int, ...]
    outputs: tuple[int, ...]
    sections: int
    levels: int


class Slots(NamedTuple):
    """Arrays one after the other: their places, types and shapes by name, and the bytes of all."""

    places: Mapping[str, tuple[int, np.dtype[np.generic], tuple[int, ...]]]
    size: int

    @classmethod
    def of(cls, shapes: Mapping[str, tuple[tuple[int, ...], npt.DTypeLike]]) -> Slots:
        """Line up arrays of these shapes and types, with a guard behind each."""
        places, end = {}, 0
        for name, (shape, kind) in shapes.items():
            places[name] = (end, np.dtype(kind), shape)
            end += int(np.prod(shape, dtype=object)) * np.dtype(kind).itemsize
            end = -(-end // ALIGNMENT) * ALIGNMENT + GUARD
        return cls(places, end)

    def offset(self, name: str) -> int:
        """Tell where an array begins."""
        return self.places[name][0]

    def bytes_of(self, name: str) -> int:
        """Tell how many bytes an array has."""
        _, kind, shape = self.places[name]
        return int(np.prod(shape, dtype=object)) * kind.itemsize

    def guards(self) -> Iterator[tuple[int, int]]:
        """Give begin and size of what lies between arrays."""
        begins = [*[place for place, _, _ in self.places.values()][1:], self.size]
        for name, begin in zip(self.places, begins, strict=True):
            end = self.offset(name) + self.bytes_of(name)
            yield end, begin - end


class Layout:
    """How one network lies on a device, for as much room as it was given.

    Attributes
    ----------
    room : Room
    starts : int32 array [hexagons]
        Packed places of the first source, or the first output, of each hexagon.
    shifts : int32 array [hexagons]
        What these are short of the numbers that the host counts by.
    sources, outputs : int
        How many there is room for.
    net, work : Slots
        Arrays of the network, and of what a sample needs.
    """

    def __init__(self, state: State, room: Room) -> None:
        table = state.arrays.hexagons
        self.room, self.blocks = room, len(state.arrays.owners)
        self.starts = np.zeros(len(table), np.int32)
        columns, outputs = (
            dict(zip(state.inputs, room.columns, strict=True)),
            dict(zip(state.outputs, room.outputs, strict=True)),
        )
        self.sources = self.outputs = reach = widest = 0
        for index, entry in enumerate(table):
            if entry["kind"] == OUTPUT:
                self.starts[index] = self.outputs
                self.outputs += max(outputs[index], 1)
                continue
            given = entry["kind"] == INPUT
            active = columns[index] if given else int(entry["most"]) * LANES * bool(entry["sums"])
            self.starts[index] = self.sources
            self.sources += 2 * active if given else active
            reach, widest = reach + active, max(widest, active)
        self.shifts = table["start"] - self.starts
        self.net = Slots.of(self._net_shapes(state))
        self.work = Slots.of(self._work_shapes(state, reach, widest))

    def _net_shapes(self, state: State) -> dict[str, tuple[tuple[int, ...], npt.DTypeLike]]:
        echoing = self.blocks if state.record["spiking"][0] else 0
        return {
            "targets": ((len(state.arrays.targets),), records.type_of_target),
            "sources": ((self.sources,), records.type_of_source),
            "levels": ((self.room.levels + 1,), records.type_of_level),
            "sections": ((self.room.sections + 1,), records.type_of_section),
            "weights": ((self.room.sections + 1, LANES), np.int16),
            "owners": ((self.blocks,), np.int32),
            "readout": ((self.blocks, self.outputs, LANES), np.int32),
            "bias": ((self.outputs,), np.float32),
            "scales": ((self.outputs,), records.type_of_scale),
            "echoes": ((echoing, LANES), np.int16),
            "rests": ((echoing, LANES), np.uint16),
        }

    def _work_shapes(self, state: State, reach: int, widest: int) -> dict[str, tuple[tuple[int, ...], npt.DTypeLike]]:
        jobs = min(int(state.record["fan_out"][0]), self.blocks) + EXTRA_JOBS
        sizes = Demands(
            hexagons=len(self.starts),
            blocks=self.blocks,
            outputs=self.outputs,
            columns=widest,
            levels=self.room.levels,
            visits=self.blocks * self.stride,
        )
        return room_shapes(sizes, self.room.levels + reach) | {
            "jobs": ((jobs * JOB_BYTES,), np.uint8),
            "shifts": ((len(self.starts),), np.int32),
            "gate": ((GATE_BYTES,), np.uint8),
        }

    @property
    def stride(self) -> int:
        """Visits that a block of neurons has room for: a level has one section to it at most."""
        return min(self.room.levels, self.room.sections)

    def limits(self, state: State) -> tuple[int, int]:
        """Give how many sections and levels kernels may count on: without end where the memory limit is nearer."""
        most = (len(state.arrays.sections) - 1, len(state.arrays.levels) - 1)
        return (
            ENDLESS if self.room.sections >= most[0] else self.room.sections,
            ENDLESS if self.room.levels >= most[1] else self.room.levels,
        )


def room_for(state: State, before: Room | None, wants: tuple[int, int] = (0, 0)) -> Room:
    """Say how much room a network needs for its present widths, what it has, and what it wants to grow next.

    Room grows by half of itself at least, so that a growing network seldom has to move.

    Parameters
    ----------
    before : Room or None
        What it had; nothing becomes smaller.
    wants : (int, int)
        Sections and levels that it needs besides those that it has.
    """
    widths, record = _widths(state), state.record[0]
    columns = tuple(max(int(widths[index]), 1) for index in state.inputs)
    outputs = tuple(max(int(widths[index]), 1) for index in state.outputs)
    sections = _room_of(int(record["section_count"]), int(record["rows"]) - 1, wants[0], LEAST_SECTIONS)
    levels = _room_of(int(record["level_count"]), int(record["levels_used"]) - 1, wants[1], LEAST_LEVELS)
    if before is not None:
        columns, outputs = _largest(before.columns, columns), _largest(before.outputs, outputs)
        sections, levels = max(before.sections, sections), max(before.levels, levels)
    most = (len(state.arrays.sections) - 1, len(state.arrays.levels) - 1)
    return Room(columns, outputs, min(sections, most[0]), min(levels, most[1]))


def _widths(state: State) -> Array:
    """Give how wide hexagons are, or how many outputs weights have been drawn for: some may be announced already."""
    table = state.arrays.hexagons
    widths: Array = np.maximum(table["width"], table["drawn"])
    return widths


def _room_of(count: int, used: int, wanted: int, least: int) -> int:
    return max(used, least, (count + wanted) * 3 // 2 if wanted else count * 5 // 4)


def _largest(before: tuple[int, ...], now: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(max, before, now))


def fits(state: State, room: Room) -> bool:
    """Tell whether a network as it is now has the room that it needs."""
    now = room_for(state, None)
    wide = all(a >= b for a, b in zip(room.columns + room.outputs, now.columns + now.outputs, strict=True))
    record = state.record[0]
    return wide and room.sections >= int(record["rows"]) - 1 and room.levels >= int(record["levels_used"]) - 1


def packed_table(state: State, layout: Layout) -> Array:
    """Give the table of hexagons as a device needs it."""
    table: Array = state.arrays.hexagons.copy()
    table["start"] = layout.starts
    return table


def spans(state: State, layout: Layout) -> Iterator[tuple[int, slice, slice]]:
    """Give the sources in use, or the outputs, of each hexagon: its index, where they are on the host, and packed.

    A hexagon that just became wider than it has room for has nothing there yet.
    """
    widest = dict(zip(state.inputs + state.outputs, layout.room.columns + layout.room.outputs, strict=True))
    widths = _widths(state)
    for index, entry in enumerate(state.arrays.hexagons):
        count = min(int(widths[index]), widest.get(index, 0))
        if entry["kind"] == INPUT:
            count *= 2
        elif entry["kind"] == INTERNAL:
            count = int(entry["open"]) * LANES * bool(entry["sums"])
        begin, place = int(entry["start"]), int(layout.starts[index])
        yield index, slice(begin, begin + count), slice(place, place + count)
