"""From rows on the host to launches on the device, and back to answers on the host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from hanami_engine.cuda.buffer import Buffer, lines
from hanami_engine.cuda.device import Device, Memory
from hanami_engine.cuda.layout import type_of_desk, type_of_order
from hanami_engine.cuda.portion import Part, cut, send
from hanami_engine.cuda.shapes import LARGE, REQUEST_THREADS, Team, learning_team, request_slices
from hanami_engine.cuda.tenant import Tenant
from hanami_engine.place import Step
from hanami_engine.records import Array, type_of_hexagon, type_of_net

STAGE_BYTES = 64 << 20  # of a portion of rows
BENCH_SHARE = 8  # of the memory of a device, one part for requests that are cut into slices
LEARN, ASK = "hanami_learn", "hanami_ask"

Enlarge = Callable[[int, tuple[int, int]], bool]
"""Called with the number of a network that stopped before a row, and with the sections and levels that it may grow;
False gives it up."""


class Launcher:
    """Runs launches on one device; while one portion of rows is worked on, the next is on its way.

    Attributes
    ----------
    stream : Stream
        In which all work is done.
    launches : int
        So far.
    """

    def __init__(self, device: Device, stage_bytes: int = STAGE_BYTES) -> None:
        self._device, self._stage_bytes = device, stage_bytes
        self._facts = device.facts()
        self.stream, self._copies = device.stream(), device.stream()
        self._rows = (Buffer(device), Buffer(device))
        self._records, self._told = Buffer(device), Buffer(device)
        self._bench: Memory | None = None
        self.launches = 0

    def run(self, work: Sequence[tuple[Tenant, Step]], enlarge: Enlarge) -> None:
        """Carry out all rows of some networks that are on the device; raises DeviceLostError or MemoryError."""
        portions = cut(work, self._stage_bytes)
        arrived = self._send(portions[0], 0)
        given_up: set[int] = set()
        for number, portion in enumerate(portions):
            self.stream.wait(arrived)
            records = self._launch([part for part in portion if part.number not in given_up])
            if number + 1 < len(portions):
                arrived = self._send(portions[number + 1], (number + 1) % 2)
            while records is not None:
                self.stream.finish()
                stopped = records.take_back()
                given_up |= {part.number for part, wants in stopped if not enlarge(part.number, wants)}
                records = self._launch([part for part, _ in stopped if part.number not in given_up])

    def _send(self, portion: Sequence[Part], slot: int) -> object:
        """Put rows on their way; gives the event of their arrival."""
        buffer = self._rows[slot]
        send(portion, buffer)
        if buffer.used:
            self._copies.upload(buffer.address, buffer.filled)
        return self._copies.mark()

    def _launch(self, parts: Sequence[Part]) -> Records | None:
        """Ask for some rows, if any; what comes of it is known when the stream has finished."""
        if not parts:
            return None
        by_kind = sorted(parts, key=_kind)
        slices = self._slices(by_kind)
        records = Records(by_kind, slices, self._records, self._told, self._bench)
        self.stream.upload(self._records.address, self._records.filled)
        first = 0
        for kind, group in groupby(range(len(by_kind)), key=lambda index: _kind(by_kind[index])):
            members = list(group)
            orders = sum(slices[index] for index in members)
            team = self._team(kind, [by_kind[index] for index in members])
            where = records.orders + first * type_of_order.itemsize
            together = team.blocks > 1
            kernel = LEARN if kind[0] else ASK
            self.stream.launch(kernel, team.threads, orders * team.blocks, where, team.blocks, together=together)
            self.launches += 1
            first += orders
        self.stream.download(self._records.filled, self._records.address)
        if self._told.used:
            self.stream.download(self._told.filled, self._told.address)
        return records

    def _team(self, kind: tuple[bool, bool], parts: Sequence[Part]) -> Team:
        if not kind[0]:
            return Team(REQUEST_THREADS, 1)
        blocks = max(len(part.tenant.state.arrays.owners) for part in parts)
        most = self._device.most_blocks(LEARN, 256) if kind[1] else 0
        return learning_team(len(parts), blocks, self._facts.processors, most)

    def _slices(self, parts: Sequence[Part]) -> list[int]:
        """Say into how many orders each part is cut, and have benches for those that are cut at all."""
        asking = sum(not part.teaches for part in parts)
        left = self._facts.memory // BENCH_SHARE
        counts = []
        for part in parts:
            count = 1
            if not part.teaches and not part.tenant.echoes:
                count = request_slices(part.end - part.begin, asking, self._facts.processors)
                count = max(1, min(count, left // part.tenant.work_bytes))
            if count > 1:
                left -= count * part.tenant.work_bytes
            counts.append(count)
        wanted = sum(count * part.tenant.work_bytes for count, part in zip(counts, parts, strict=True) if count > 1)
        if self._bench is None or wanted > self._bench.size:
            self._bench = None  # before there is another one
            if wanted:
                try:
                    self._bench = self._device.allocate(wanted)
                except MemoryError:
                    return [1] * len(parts)
        return counts


def _kind(part: Part) -> tuple[bool, bool]:
    """Say which launch a part belongs to: whether it learns, and whether several blocks of threads are worth it."""
    return part.teaches, part.teaches and len(part.tenant.state.arrays.owners) >= LARGE


class Records:
    """What a launch is told of its networks, and what it tells of them.

    Attributes
    ----------
    orders : int
        Where the orders are on the device.
    """

    def __init__(
        self, parts: Sequence[Part], slices: Sequence[int], buffer: Buffer, told: Buffer, bench: Memory | None
    ) -> None:
        self._parts, self._slices = parts, slices
        tables = [len(part.tenant.state.arrays.hexagons) for part in parts]
        orders = sum(slices)
        sizes = [
            len(parts) * type_of_net.itemsize,
            orders * type_of_desk.itemsize,
            sum(tables) * type_of_hexagon.itemsize,
            orders * type_of_order.itemsize,
        ]
        buffer.begin(lines(*sizes))
        taken = [buffer.take(size) for size in sizes]
        (self._net_at, self._desk_at, self._table_at, self.orders), views = zip(*taken, strict=True)
        self._nets, self._desks = views[0].view(type_of_net), views[1].view(type_of_desk)
        self._tables, self._orders = views[2].view(type_of_hexagon), views[3].view(type_of_order)
        self._table_ends = np.cumsum(tables)
        self._order_ends = np.cumsum(slices)
        self._bench_at = bench.address if bench is not None else 0
        rows = [part.end - part.begin for part in parts]
        told.begin(
            lines(*(4 * part.told * count for part, count in zip(parts, rows, strict=True)), *(4 * n for n in rows))
        )
        self._answers: list[Array | None] = []
        self._novelty: list[Array] = []
        for index, (part, count) in enumerate(zip(parts, rows, strict=True)):
            self._write(index, part, told.take(4 * part.told * count), told.take(4 * count))

    def _table_of(self, index: int) -> Array:
        end = int(self._table_ends[index])
        table: Array = self._tables[end - len(self._parts[index].tenant.state.arrays.hexagons) : end]
        return table

    def _write(self, index: int, part: Part, answers: tuple[int, Array], novelty: tuple[int, Array]) -> None:
        """Write the records of one network, and an order for each slice of its rows."""
        self._answers.append(answers[1].view(np.float32).reshape(-1, part.told) if part.told else None)
        self._novelty.append(novelty[1].view(np.float32))
        tenant, net, table = part.tenant, self._nets[index : index + 1], self._table_of(index)
        last, count = int(self._order_ends[index]), self._slices[index]
        first_hexagon = int(self._table_ends[index]) - len(table)
        tenant.describe(net, table)
        net["hexagons"] = self._table_at + first_hexagon * type_of_hexagon.itemsize
        borders = np.linspace(0, part.end - part.begin, count + 1).astype(np.int64)
        step = part.step
        columns, octets = step.samples.shape[1], step.samples.dtype == np.uint8
        wanted = 0 if step.targets is None else step.targets.shape[1]
        for place, (begin, end) in enumerate(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)):
            at = last - count + place
            if count > 1:
                tenant.describe_desk(self._desks[at : at + 1], self._bench_at)
                self._bench_at += tenant.work_bytes
            else:
                tenant.describe_desk(self._desks[at : at + 1])
            self._orders[at] = (
                self._net_at + index * type_of_net.itemsize,
                self._desk_at + at * type_of_desk.itemsize,
                part.samples + begin * columns * step.samples.itemsize,
                part.targets + begin * wanted * 4,
                answers[0] + begin * part.told * 4 if part.told else 0,
                novelty[0] + begin * 4,
                end - begin,
                columns,
                wanted,
                part.told,
                octets,
                part.teaches,
            )

    def take_back(self) -> list[tuple[Part, tuple[int, int]]]:
        """Hand out what was told; gives those that stopped before their end, and what they want room for."""
        stopped = []
        for index, part in enumerate(self._parts):
            last = int(self._order_ends[index])
            mine = self._desks[last - self._slices[index] : last]
            done = int(mine["done"].sum())
            answers = self._answers[index]
            if answers is not None:
                part.step.answers[part.begin : part.begin + done] = answers[:done]
            part.step.novelty[part.begin : part.begin + done] = self._novelty[index][:done]
            if part.teaches:
                part.tenant.learn_of(self._nets[index : index + 1], self._table_of(index))
            if part.teaches or part.tenant.echoes:
                part.tenant.went_abroad()
            part.skip(done)
            if part.begin < part.end or (part.teaches and mine["stopped"].any()):
                stopped.append((part, (int(mine["wants_sections"][0]), int(mine["wants_levels"][0]))))
        return stopped
