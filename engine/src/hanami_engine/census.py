"""What a network is made of, counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanami_engine.errors import InputError
from hanami_engine.lattice import HexagonType
from hanami_engine.ports import Port, raw_outputs
from hanami_engine.records import INTERNAL, LANES, LEVEL_BYTES, NOWHERE, SECTION_BYTES, Array
from hanami_engine.state import State


def readers(state: State, index: int) -> int:
    """Count the blocks that an output hexagon reads, at least one per hexagon."""
    table, blocks = state.arrays.hexagons, 0
    for record in table[table["kind"] == INTERNAL]:
        mine = slice(int(record["target"] + record["sums"]), int(record["target"] + record["targets"]))
        if index in state.arrays.targets["hexagon"][mine]:
            blocks += max(int(record["open"]), 1)
    return blocks


def count(state: State) -> dict[str, int]:
    """Count what there is; see `Stats`."""
    record, table = state.record[0], state.arrays.hexagons
    rows, levels = int(record["rows"]), int(record["levels_used"])
    blocks = state.arrays.sections["block"][1:rows]
    blocks = blocks[blocks != NOWHERE]
    synapses = lanes(state)[blocks].sum()
    inputs = neurons = sources = outputs = 0
    for index, hexagon in enumerate(state.hexagons):
        entry = table[index]
        if hexagon.type is HexagonType.INPUT:
            begin = int(entry["start"])
            mine = state.arrays.sources["level"][begin : begin + 2 * int(entry["width"])]
            inputs += int((mine.reshape(-1, 2) > 0).any(axis=1).sum())
            sources += len(mine)
        elif hexagon.type is HexagonType.INTERNAL:
            neurons += min(int(entry["open"]) * LANES, int(entry["neurons"]))
            sources += int(entry["open"]) * LANES if entry["sums"] else 0
        else:
            outputs += int(entry["width"])
            synapses += read_neurons(state, index) * int(entry["width"])
    weights = int(record["bytes"]) - int(record["level_count"]) * LEVEL_BYTES
    weights += (rows - 1 - int(record["section_count"])) * SECTION_BYTES
    fixed = state.record.nbytes + table.nbytes + state.arrays.targets.nbytes + state.arrays.owners.nbytes
    tables = sources * state.arrays.sources.itemsize + outputs * (4 + state.arrays.scales.itemsize)
    echoes = 4 * LANES * int(table["open"].sum()) if record["spiking"] else 0
    return {
        "samples": int(record["samples"]),
        "inputs": inputs,
        "neurons": neurons,
        "levels": int(record["level_count"]),
        "sections": int(record["section_count"]),
        "synapses": int(synapses),
        "bytes": fixed + tables + echoes + weights + (levels - 1) * LEVEL_BYTES,
    }


def ledger(state: State) -> int:
    """Count the bytes of levels, sections and weights to outputs: what the memory limit bounds."""
    record, table = state.record[0], state.arrays.hexagons
    read = 0
    for entry in table[table["kind"] == INTERNAL]:
        mine = slice(int(entry["target"] + entry["sums"]), int(entry["target"] + entry["targets"]))
        read += int(entry["open"]) * int(table["drawn"][state.arrays.targets["hexagon"][mine]].sum())
    return int(record["level_count"]) * LEVEL_BYTES + int(record["section_count"]) * SECTION_BYTES + read * LANES * 4


def lanes(state: State) -> Array:
    """Count the neurons, or outputs, of every block."""
    found = np.zeros(len(state.arrays.owners), np.int64)
    for record in state.arrays.hexagons:
        first, most = int(record["block"]), int(record["most"])
        size = int(record["neurons"] if record["kind"] == INTERNAL else record["width"])
        found[first : first + most] = np.clip(size - LANES * np.arange(most), 0, LANES)
    return found


def read_neurons(state: State, index: int) -> int:
    """Count the neurons that an output hexagon reads."""
    table, neurons = state.arrays.hexagons, 0
    for record in table[table["kind"] == INTERNAL]:
        mine = slice(int(record["target"] + record["sums"]), int(record["target"] + record["targets"]))
        if index in state.arrays.targets["hexagon"][mine]:
            neurons += min(int(record["open"]) * LANES, int(record["neurons"]))
    return neurons


def expect_room(state: State, outputs: Sequence[Port]) -> None:
    """Raise InputError where weights to so many outputs would exceed the memory limit."""
    cost = 0
    for index, port in zip(state.outputs, outputs, strict=True):
        new = raw_outputs(port) - int(state.arrays.hexagons["drawn"][index])
        cost += max(new, 0) * readers(state, index) * LANES * 4
    if int(state.record["bytes"][0]) + cost > int(state.record["limit"][0]):
        raise InputError("y", "expected no more outputs: their weights would exceed the memory limit of the template")
