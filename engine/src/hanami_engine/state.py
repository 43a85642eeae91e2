"""Everything that a network is: its arrays, laid out by a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from hanami_engine import records
from hanami_engine.errors import TemplateError
from hanami_engine.lattice import HexagonType, Position
from hanami_engine.layout import Hexagon, InputValues, OutputValues, Settings
from hanami_engine.memory import NotCopyable, reserve
from hanami_engine.ports import BITS, MOST_INPUTS, MOST_OUTPUTS, Port, raw_outputs
from hanami_engine.records import (
    CLASS,
    INTERNAL,
    LANES,
    LEVEL_BYTES,
    OUTPUT,
    SECTION_BYTES,
    Array,
    Arrays,
    type_of_hexagon,
    type_of_net,
)
from hanami_engine.template import Template

MOST_BLOCKS = 0xFFFF  # so that a block has a number of 16 bits
DEAD_ZONES = {records.CLASS: 0.075, records.SCALED: 0.005, records.BITS: 0.075}
SHARES = 2.0**32
KINDS = {HexagonType.INPUT: records.INPUT, HexagonType.INTERNAL: INTERNAL, HexagonType.OUTPUT: OUTPUT}
INPUT_CODES = {InputValues.REAL: records.REAL, InputValues.BINARY: records.BINARY, InputValues.MATCH: records.MATCH}
OUTPUT_CODES = {
    OutputValues.CLASS: records.CLASS,
    OutputValues.REAL: records.SCALED,
    OutputValues.BOOL: records.BITS,
    OutputValues.INT: records.BITS,
    OutputValues.FLOAT: records.BITS,
}


def code_of(values: InputValues | OutputValues | None) -> int:
    """Give the number by which kernels know what the values of a hexagon mean."""
    if isinstance(values, OutputValues):
        return OUTPUT_CODES[values]
    return INPUT_CODES[values] if values is not None else 0


def outputs_of(hexagon: Hexagon) -> int:
    """Count the outputs that an output hexagon may come to have."""
    if hexagon.size is None:
        return MOST_OUTPUTS
    return hexagon.size * BITS.get(hexagon.values, 1)


class Demands(NamedTuple):
    """What a sample of a network needs room for, at most: addresses, not memory."""

    hexagons: int
    blocks: int
    outputs: int
    columns: int
    levels: int
    visits: int


@dataclass(slots=True)
class State(NotCopyable):
    """A network as kernels see it, and what follows from its template.

    Attributes
    ----------
    record : records [1]
        The `Net`.
    arrays : Arrays
        What it points to.
    hexagons : tuple of Hexagon
        In the order of `arrays.hexagons`.
    inputs, outputs : tuple of int
        Places of input and output hexagons among them, in the order of the text.
    meanings : list of InputValues, OutputValues or None
        What the values of every hexagon mean; None where the first targets decide it.
    demands : Demands
        What one sample needs room for.
    """

    record: Array
    arrays: Arrays
    hexagons: tuple[Hexagon, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    meanings: list[InputValues | OutputValues | None]
    demands: Demands

    @classmethod
    def new(cls, template: Template, seed: int) -> State:
        """Lay out a network that is connected to nothing.

        Raises
        ------
        TemplateError
            All hexagons together are too large.
        MemoryError
            The system grants no addresses for it.
        """
        by_position = {hexagon.position: hexagon for hexagon in template.hexagons}
        hexagons = tuple(by_position[position] for position in template.paths.order)
        table, targets = _lay_out(template, hexagons)
        record = np.zeros(1, type_of_net)
        _set(record, template.settings, seed)
        arrays = _reserve(record, table, targets, hexagons)
        inputs = tuple(hexagons.index(hexagon) for hexagon in template.inputs)
        outputs = tuple(hexagons.index(hexagon) for hexagon in template.outputs)
        meanings = [hexagon.values for hexagon in hexagons]
        state = cls(record, arrays, hexagons, inputs, outputs, meanings, _demands(arrays, hexagons))
        for index in inputs + outputs:
            size = hexagons[index].size or 0
            state.resize(index, hexagons[index].values, size * BITS.get(hexagons[index].values, 1))
        state.arrange()
        return state

    def resize(self, index: int, values: InputValues | OutputValues | None, width: int) -> None:
        """Say what the values of an input or output hexagon mean, and how many columns or outputs it has.

        Where its columns begin follows from the order of hexagons in the text.
        """
        record = self.arrays.hexagons[index]
        record["code"], record["width"] = code_of(values), width
        record["dead_zone"] = self.record["dead_zone"][0]
        if record["kind"] == OUTPUT and record["dead_zone"] < 0:
            record["dead_zone"] = DEAD_ZONES[int(record["code"])]

    def most(self, index: int) -> int:
        """Give the most columns or outputs that an input or output hexagon may have."""
        hexagon = self.hexagons[index]
        if hexagon.type is HexagonType.INPUT:
            return hexagon.size or MOST_INPUTS
        return outputs_of(hexagon) if hexagon.type is HexagonType.OUTPUT else 0

    def arrange(self) -> None:
        """Say in which columns the values of every hexagon stand."""
        table = self.arrays.hexagons
        for places in (self.inputs, self.outputs):
            begin = truth = 0
            for index in places:
                table["column"][index], table["truth"][index] = begin, truth
                begin += int(table["width"][index])
                truth += 1 if table["code"][index] == CLASS else int(table["width"][index])

    def fit(self, inputs: Sequence[Port], outputs: Sequence[Port]) -> None:
        """Let hexagons be as wide as the data, and mean what the data means."""
        for places, ports in ((self.inputs, inputs), (self.outputs, outputs)):
            for index, port in zip(places, ports, strict=True):
                width = raw_outputs(port) if places is self.outputs else port.width
                self.resize(index, port.values, width)
                self.meanings[index] = port.values
        self.arrange()

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """Give input and output hexagons as data sees them."""
        found = []
        for places in (self.inputs, self.outputs):
            ports = []
            for index in places:
                hexagon, values = self.hexagons[index], self.meanings[index]
                width = int(self.arrays.hexagons["width"][index]) // BITS.get(values, 1)
                ports.append(Port(hexagon.label, values, width, hexagon.size is None))
            found.append(tuple(ports))
        return found[0], found[1]

    @contextmanager
    def widened(self, widths: Sequence[int]) -> Iterator[None]:
        """Let input hexagons look at more columns than they have learned, for one request."""
        table = self.arrays.hexagons
        before = table["width"].copy()
        table["width"][list(self.inputs)] = widths
        self.arrange()
        try:
            yield
        finally:
            table["width"] = before
            self.arrange()

    @property
    def answers(self) -> int:
        """Number of outputs of all output hexagons."""
        return int(self.arrays.hexagons["width"][list(self.outputs)].sum())


def _demands(arrays: Arrays, hexagons: Sequence[Hexagon]) -> Demands:
    """Say what one sample needs room for, however large the network may become."""
    neurons = int(arrays.hexagons["most"][arrays.hexagons["kind"] == INTERNAL].max(initial=0)) * LANES
    return Demands(
        hexagons=len(hexagons),
        blocks=len(arrays.owners),
        outputs=len(arrays.bias),
        columns=max(neurons, *(hexagon.size or MOST_INPUTS for hexagon in hexagons)) + 1,
        levels=len(arrays.levels),
        visits=len(arrays.owners) * len(arrays.sections),
    )


def _lay_out(template: Template, hexagons: Sequence[Hexagon]) -> tuple[Array, list[tuple[int, int]]]:
    """Give every hexagon its sources, outputs, blocks and targets."""
    places = {hexagon.position: index for index, hexagon in enumerate(hexagons)}
    reached = {target.position for hexagon in template.inputs for target in template.paths.reach[hexagon.position]}
    table = np.zeros(len(hexagons), type_of_hexagon)
    targets: list[tuple[int, int]] = []
    sources = outputs = blocks = 0
    for record, hexagon in zip(table, hexagons, strict=True):
        record["kind"], record["code"] = KINDS[hexagon.type], code_of(hexagon.values)
        record["block"], record["target"] = blocks, len(targets)
        record["start"] = outputs if hexagon.type is HexagonType.OUTPUT else sources
        if hexagon.type is HexagonType.INPUT:
            sources += 2 * (hexagon.size or MOST_INPUTS)
        elif hexagon.type is HexagonType.INTERNAL:
            record["neurons"] = hexagon.size or 0
            record["most"] = -(-int(hexagon.size or 0) // LANES)
            sources += int(record["most"]) * LANES
        else:
            record["most"] = -(-outputs_of(hexagon) // LANES) if hexagon.position in reached else 0
            outputs += outputs_of(hexagon)
        blocks += int(record["most"])
        targets += _targets(template, hexagon, places, record)
    if blocks >= MOST_BLOCKS:
        message = f"expected at most {MOST_BLOCKS * LANES} neurons in all hexagons together"
        raise TemplateError(message, key="hexagons")
    if sources >= 2**31 or outputs >= 2**20:
        raise TemplateError("expected fewer inputs and outputs in all hexagons together", key="hexagons")
    return table, targets


def _targets(
    template: Template,
    hexagon: Hexagon,
    places: Mapping[Position, int],
    record: Any,  # noqa: ANN401  one row of a table
) -> list[tuple[int, int]]:
    """List whom the sections of a hexagon may reach, and after them the outputs that read its neurons."""
    reach = template.paths.reach.get(hexagon.position, ())
    kinds = {other.position: other.type for other in template.hexagons}
    direct = hexagon.type is HexagonType.INPUT
    sums = [target for target in reach if direct or kinds[target.position] is not HexagonType.OUTPUT]
    reads = [target for target in reach if not direct and kinds[target.position] is HexagonType.OUTPUT]
    record["sums"], record["targets"] = len(sums), len(sums) + len(reads)
    whole, so_far, found = sum(target.probability for target in sums), 0.0, []
    for target in sums:
        so_far += target.probability / whole
        found.append((places[target.position], min(round(so_far * SHARES), 2**32 - 1)))
    return found + [(places[target.position], 0) for target in reads]


def _reserve(record: Array, table: Array, targets: list[tuple[int, int]], hexagons: Sequence[Hexagon]) -> Arrays:
    """Reserve the arrays of a network, for as much as it may come to own."""
    limit = int(record["limit"][0])
    last = table[-1]
    blocks = int(last["block"] + last["most"])
    sources = int(sum(2 * (h.size or MOST_INPUTS) for h in hexagons if h.type is HexagonType.INPUT))
    sources += int(table["most"][table["kind"] == INTERNAL].sum()) * LANES
    outputs = sum(outputs_of(hexagon) for hexagon in hexagons if hexagon.type is HexagonType.OUTPUT)
    arrays = Arrays(
        **reserve(
            {
                "hexagons": ((len(table),), type_of_hexagon),
                "targets": ((len(targets),), records.type_of_target),
                "sources": ((sources,), records.type_of_source),
                "levels": ((limit // (SECTION_BYTES + LEVEL_BYTES) + 2,), records.type_of_level),
                "sections": ((limit // SECTION_BYTES + 2,), records.type_of_section),
                "weights": ((limit // SECTION_BYTES + 2, LANES), np.int16),
                "owners": ((blocks,), np.int32),
                "readout": ((blocks * outputs, LANES), np.int32),
                "bias": ((outputs,), np.float32),
                "scales": ((outputs,), records.type_of_scale),
                "echoes": ((blocks, LANES), np.int16),
                "rests": ((blocks, LANES), np.uint16),
            }
        )
    )
    arrays.hexagons[:] = table
    arrays.targets[:] = targets
    arrays.owners[:] = np.repeat(np.arange(len(table)), table["most"])
    record["hexagon_count"], record["block_count"], record["output_count"] = len(table), blocks, outputs
    point(record, arrays)
    return arrays


def point(record: Array, arrays: NamedTuple) -> None:
    """Write the addresses of arrays into a record."""
    for name, array in arrays._asdict().items():
        record[name] = array.ctypes.data


def _set(record: Array, settings: Settings, seed: int) -> None:
    """Write settings in the units of kernels; number 0 of rows and levels stands for none."""
    record["seed"], record["rows"], record["levels_used"] = seed, 1, 1
    record["first_rate"], record["fan_out"] = settings.learning_rate, settings.fan_out
    record["dead_zone"] = -1 if settings.dead_zone is None else settings.dead_zone
    record["fade"] = min(round(32768 / settings.neuron_cooldown), 32767)
    record["refractory"] = settings.refractory_time
    record["spiking"] = bool(record["fade"][0] > 0 or settings.refractory_time > 1)
    record["reduction"] = settings.enable_reduction
    record["threshold"] = round(settings.reduction_threshold * 65535)
    record["limit"] = settings.memory_limit
