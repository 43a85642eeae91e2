"""A network that lives on a device: how it comes there, what it is while it is there, and how it comes home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hanami_engine import records
from hanami_engine.cuda.device import Memory, Stream
from hanami_engine.cuda.layout import Layout, fits, packed_table, room_for, spans
from hanami_engine.memory import NotCopyable
from hanami_engine.place import Step
from hanami_engine.records import LANES, OUTPUT, Array, type_of_net
from hanami_engine.state import State

if TYPE_CHECKING:
    from hanami_engine.cuda.gpu import Gpu

_FIELDS: Any = type_of_net.fields
COUNTERS = slice(_FIELDS["samples"][1], type_of_net.itemsize)
"""Bytes of a `Net` that kernels change."""


class Tenant(NotCopyable):
    """One network on one device.

    The record and the table of hexagons are the host's, go to the device with every launch and come back from it.  All
    else is on the device alone once it has learned there, until `come_home`.

    Attributes
    ----------
    id : str
        Of the device.
    state : State
        On the host.
    layout : Layout or None
        How it lies on the device; None while it is not there.
    memory : Memory or None
    gone : bool
        The device is lost: the network is on the host, as it was when it last came home.
    lost : int
        Samples that it had learned since then.
    """

    def __init__(self, gpu: Gpu, state: State) -> None:
        self._gpu, self.state, self.id = gpu, state, gpu.id
        self.layout: Layout | None = None
        self.memory: Memory | None = None
        self.gone, self.lost = False, 0
        self._abroad = False
        self._keep()

    @property
    def echoes(self) -> bool:
        """Whether a request is a step in time, so that the order of requests counts."""
        return bool(self.state.record["spiking"][0])

    @property
    def bytes(self) -> int:
        """Bytes that it takes on the device."""
        return 0 if self.memory is None else self.memory.size

    @property
    def work_bytes(self) -> int:
        """Bytes of what one sample needs besides."""
        return self._lies.work.size

    @property
    def _lies(self) -> Layout:
        if self.layout is None:
            raise RuntimeError("a network is used before it is on its device")
        return self.layout

    def _keep(self) -> None:
        """Note what the record and the table are while the arrays on the host belong to them."""
        self._kept = (self.state.record.copy(), self.state.arrays.hexagons.copy(), list(self.state.meanings))

    def prepare(self) -> None:
        """Note what the network is before a call, if it is at home; its room is found out when its data is known."""
        if not self._abroad:
            self._keep()

    def run(self, step: Step) -> None:
        """Carry rows through the network, in a launch of its own."""
        error = self._gpu.launch([(self, step)])[0]
        if error is not None:
            raise error

    def come_home(self) -> None:
        """See to it that the arrays on the host are the network as it is now."""
        self._gpu.bring_home(self)

    def rest(self) -> None:
        """Let all echoes fade, here and there."""
        self.state.arrays.echoes[:] = 0
        self.state.arrays.rests[:] = 0
        self._gpu.rest(self)

    def leave(self) -> None:
        """Let the network go home for good."""
        self._gpu.release(self)

    # What follows is for the `Gpu` that it lives on, which sees to it that one thread at a time does it.

    def fits(self) -> bool:
        """Tell whether it is on the device, with room for its present widths."""
        return self.layout is not None and fits(self.state, self.layout.room)

    def plan(self, wants: tuple[int, int] = (0, 0)) -> Layout:
        """Say how it shall lie on the device."""
        return Layout(self.state, room_for(self.state, None if self.layout is None else self.layout.room, wants))

    def move_in(self, memory: Memory, layout: Layout, stream: Stream) -> None:
        """Take memory, and put the network there; the host has it until the device is lost."""
        self.memory, self.layout = memory, layout
        stream.zero(memory.address, memory.size)
        sent = {name: np.ascontiguousarray(array) for name, array in self._packed(layout).items() if array.nbytes}
        for name, array in sent.items():  # which live until the stream has finished
            stream.upload(self.address(name), array)
        stream.upload(memory.address + layout.net.size + layout.work.offset("shifts"), layout.shifts)
        stream.finish()

    def move_out(self) -> None:
        """Give the memory back; the network must be at home."""
        self.memory = self.layout = None

    def address(self, name: str) -> int:
        """Tell where one of its arrays is on the device."""
        return self._begin + self._lies.net.offset(name)

    @property
    def _begin(self) -> int:
        if self.memory is None:
            raise RuntimeError("a network is used before it is on its device")
        return self.memory.address

    def silence(self, stream: Stream) -> None:
        """Let all echoes on the device fade."""
        if self.layout is not None:
            for name in ("echoes", "rests"):
                stream.zero(self.address(name), self.layout.net.bytes_of(name))
            stream.finish()  # its memory may be another's before long

    def fetch(self, stream: Stream) -> None:
        """Bring it home, all of it or, where the device is lost meanwhile, nothing."""
        if not self._abroad or self.layout is None:
            return
        found = {name: np.empty_like(array) for name, array in self._packed(self.layout).items()}
        for name, array in found.items():
            if array.nbytes:
                stream.download(array, self.address(name))
        stream.finish()
        self._unpack(found, self.layout)
        self._abroad = False
        self._keep()

    def went_abroad(self) -> None:
        """Note that it is not any more what the host has."""
        self._abroad = True

    def abandon(self) -> None:
        """Go back to what the host has: the device is lost."""
        self.lost = int(self.state.record["samples"][0] - self._kept[0]["samples"][0])
        self.gone, self._abroad = True, False
        self.move_out()
        self.go_back()

    def go_back(self) -> None:
        """Be what the host has, whatever calls that were broken off wrote of it since."""
        record, table, meanings = self._kept
        addresses = {name: self.state.record[name][0] for name in self.state.arrays._fields}
        self.state.record[:] = record
        for name, address in addresses.items():
            self.state.record[name] = address
        self.state.arrays.hexagons[:] = table
        self.state.meanings[:] = meanings
        self.state.arrange()

    def describe(self, record: Array, table: Array) -> None:
        """Write the records of a launch: of the network, and of its hexagons."""
        record[0] = self.state.record[0]
        record["output_count"] = self._lies.outputs
        for name in self._lies.net.places:
            record[name] = self.address(name)
        table[:] = packed_table(self.state, self._lies)

    def describe_desk(self, desk: Array, bench: int | None = None) -> None:
        """Write where one sample is worked on: behind the network, or on a bench of the device."""
        base = self._begin + self._lies.net.size if bench is None else bench
        desk[0] = np.zeros((), desk.dtype)
        for name in self._lies.work.places:
            desk[name] = base + self._lies.work.offset(name)
        desk["stride"] = self._lies.stride
        desk["most_sections"], desk["most_levels"] = self._lies.limits(self.state)

    def learn_of(self, record: Array, table: Array) -> None:
        """Take over what a launch counted."""
        self.state.record.view(np.uint8)[COUNTERS] = record.view(np.uint8)[COUNTERS]
        for name in ("open", "drawn", "need"):
            self.state.arrays.hexagons[name] = table[name]

    def _packed(self, layout: Layout) -> dict[str, Array]:
        """Give what is in use, as it lies on the device."""
        state, arrays, record = self.state, self.state.arrays, self.state.record[0]
        sources, scales = (
            np.zeros(layout.sources, records.type_of_source),
            np.zeros(layout.outputs, records.type_of_scale),
        )
        bias = np.zeros(layout.outputs, np.float32)
        readout = np.zeros((layout.blocks, layout.outputs, LANES), np.int32)
        blocks = _open_blocks(arrays.hexagons)
        whole = arrays.readout.reshape(layout.blocks, len(arrays.bias), LANES)
        for index, here, there in spans(state, layout):
            if arrays.hexagons["kind"][index] == OUTPUT:
                bias[there], scales[there] = arrays.bias[here], arrays.scales[here]
                readout[blocks, there] = whole[blocks, here]
            else:
                sources[there] = arrays.sources[here]
        found = {"targets": arrays.targets, "owners": arrays.owners, "sources": sources, "bias": bias, "scales": scales}
        found |= {"levels": arrays.levels[: int(record["levels_used"])], "readout": readout}
        found |= {name: getattr(arrays, name)[: int(record["rows"])] for name in ("sections", "weights")}
        if record["spiking"]:
            found |= {"echoes": arrays.echoes, "rests": arrays.rests}
        return found

    def _unpack(self, found: dict[str, Array], layout: Layout) -> None:
        """Put what came from the device into the arrays of the host."""
        state, arrays, record = self.state, self.state.arrays, self.state.record[0]
        blocks = _open_blocks(arrays.hexagons)
        whole = arrays.readout.reshape(layout.blocks, len(arrays.bias), LANES)
        for index, here, there in spans(state, layout):
            if arrays.hexagons["kind"][index] == OUTPUT:
                arrays.bias[here], arrays.scales[here] = found["bias"][there], found["scales"][there]
                whole[blocks, here] = found["readout"][blocks, there]
            else:
                arrays.sources[here] = found["sources"][there]
        arrays.levels[: int(record["levels_used"])] = found["levels"]
        for name in ("sections", "weights"):
            getattr(arrays, name)[: int(record["rows"])] = found[name]
        if record["spiking"]:
            arrays.echoes[:], arrays.rests[:] = found["echoes"], found["rests"]


def _open_blocks(table: Array) -> Array:
    """List the open blocks of neurons."""
    parts = [int(e["block"]) + np.arange(int(e["open"])) for e in table if e["kind"] == records.INTERNAL]
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)
