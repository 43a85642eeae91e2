"""Network ⇄ bytes: safetensors with one JSON header, a checksum over everything, and never code.

The same network always gives the same bytes.  Only what was ever used is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from hanami_engine import census
from hanami_engine.errors import SnapshotError
from hanami_engine.layout import OutputValues
from hanami_engine.records import (
    BAD_BLOCK,
    BAD_BORDER,
    BAD_LEVELS,
    BAD_SECTIONS,
    INPUT,
    INTERNAL,
    LANES,
    OUTPUT,
    Array,
)
from hanami_engine.state import State
from hanami_engine.template import Template

FORMAT = 2
KEY = "hanami"
COUNTERS = (
    *("seed", "samples", "announced", "elapsed", "born", "freed", "rows", "free_row", "section_count", "levels_used"),
    *("free_level", "level_count", "bytes", "full", "turn", "cursor", "due"),
)
LEVEL_FIELDS = ("low", "high", "next", "section", "tension", "used", "rate")
HEXAGON_FIELDS = ("width", "open", "drawn", "need")
FAULTS = {
    BAD_LEVELS: "levels: every level must belong to one source or to the free list",
    BAD_SECTIONS: "sections: every section must belong to one level or to the free list",
    BAD_BLOCK: "sections: a block that is not open or not within reach",
    BAD_BORDER: "levels: expected finite borders that follow each other",
}


def write(template: Template, state: State, notes: Mapping[str, str] | None = None) -> bytes:
    """Give the snapshot of a network; notes that come with it mean nothing to the network."""
    tensors = {name: np.ascontiguousarray(array) for name, array in _tensors(state).items()}
    header: dict[str, Any] = {"format": FORMAT, "template": template.text, "meanings": state.meanings}
    header |= {name: int(state.record[name][0]) for name in COUNTERS}
    if notes:
        header["notes"] = dict(notes)
    header["digest"] = _digest(header, tensors)
    return bytes(save_tensors(tensors, {KEY: json.dumps(header, sort_keys=True)}))


def _tensors(state: State) -> dict[str, Array]:
    """Take what was ever used out of the arrays."""
    record, arrays = state.record[0], state.arrays
    rows, levels = int(record["rows"]), int(record["levels_used"])
    sources = _used_sources(state)
    outputs, blocks = _used_outputs(state), _used_blocks(state)
    tensors = {f"hexagon_{name}": arrays.hexagons[name] for name in HEXAGON_FIELDS}
    tensors |= {f"level_{name}": arrays.levels[name][1:levels] for name in LEVEL_FIELDS}
    tensors |= {f"source_{name}": arrays.sources[name][sources] for name in ("level", "hits", "wish")}
    tensors |= {f"scale_{name}": arrays.scales[name][outputs] for name in ("border", "anchor", "hits")}
    tensors |= {
        "source_index": sources.astype(np.int32),
        "section_next": arrays.sections["next"][1:rows],
        "section_block": arrays.sections["block"][1:rows],
        "weights": arrays.weights[1:rows],
        "readout": arrays.readout[_readout_rows(state, blocks, outputs)],
        "bias": arrays.bias[outputs],
    }
    if record["spiking"]:
        tensors |= {"echoes": arrays.echoes[blocks], "rests": arrays.rests[blocks]}
    return tensors


def _used_sources(state: State) -> Array:
    """List the sources that were ever active."""
    found = []
    for entry in state.arrays.hexagons:
        if entry["kind"] != OUTPUT:
            count = 2 * int(entry["width"]) if entry["kind"] == INPUT else int(entry["open"]) * LANES
            begin = int(entry["start"])
            mine = state.arrays.sources[begin : begin + count]
            found.append(begin + np.flatnonzero((mine["level"] != 0) | (mine["hits"] != 0) | (mine["wish"] != 0)))
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _used_outputs(state: State) -> Array:
    """List the outputs that there are."""
    table = state.arrays.hexagons
    parts = [int(e["start"]) + np.arange(int(e["width"])) for e in table if e["kind"] == OUTPUT]
    return np.concatenate(parts).astype(np.int64)


def _used_blocks(state: State) -> Array:
    """List the open blocks of neurons."""
    table = state.arrays.hexagons
    parts = [int(e["block"]) + np.arange(int(e["open"])) for e in table if e["kind"] == INTERNAL]
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)


def _readout_rows(state: State, blocks: Array, outputs: Array) -> Array:
    """List the rows of weights from open blocks to outputs."""
    return (blocks[:, None] * len(state.arrays.bias) + outputs[None, :]).ravel()


def read(data: bytes) -> tuple[Template, State]:
    """Restore a network from its snapshot.

    Raises
    ------
    SnapshotError
        Not a snapshot, damaged, from an unknown version, or its parts contradict each other.
    MemoryError
        The system grants no addresses for it.
    """
    header, tensors = _verified(data)
    template = _template(header)
    try:
        counters = {name: int(header[name]) for name in COUNTERS}
        state = State.new(template, counters["seed"])
        _set_meanings(state, header["meanings"])
        _expect_counters(counters, state)
        for name, value in counters.items():
            state.record[name] = value
        _fill(state, tensors)
    except SnapshotError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, IndexError) as error:
        raise SnapshotError(f"a part is missing or unusable: {error}") from error
    _check(state)
    return template, state


def read_template(data: bytes) -> Template:
    """Tell from which template a network in a snapshot was made, without restoring it.

    Raises
    ------
    SnapshotError
        Not a snapshot, damaged, or from an unknown version.
    """
    header, _ = _verified(data)
    return _template(header)


def read_notes(data: bytes) -> dict[str, str]:
    """Give what `Network.to_bytes` was told to write beside the network.

    Raises
    ------
    SnapshotError
        Not a snapshot, damaged, or from an unknown version.
    """
    header, _ = _verified(data)
    notes = header.get("notes", {})
    if not isinstance(notes, dict) or not all(isinstance(text, str) for text in notes.values()):
        raise SnapshotError("notes: expected texts by name")
    return notes


def _verified(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Give the parts of a snapshot of this version that is as it was written."""
    header, tensors = _unpack(data)
    found = header.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise SnapshotError(
            f"the snapshot was written by a newer version of the engine (format {found}; this version reads {FORMAT}); "
            "install that version"
        )
    if found != FORMAT:
        raise SnapshotError(f"expected format {FORMAT}, got {found!r}")
    digest = header.pop("digest", None)
    if digest != _digest(header, tensors):
        raise SnapshotError("the checksum does not match: the snapshot is damaged")
    return header, tensors


def _template(header: dict[str, Any]) -> Template:
    try:
        return Template.parse(header["template"])
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"a part is missing or unusable: {error}") from error


def _digest(header: dict[str, Any], tensors: dict[str, Array]) -> str:
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.data)
    return digest.hexdigest()


def _unpack(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    try:
        tensors = load_tensors(data)
        length = int.from_bytes(data[:8], "little")
        header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][KEY])
    except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise SnapshotError("not a snapshot of a network") from error
    if not isinstance(header, dict):
        raise SnapshotError("not a snapshot of a network")
    return header, tensors


def _set_meanings(state: State, meanings: list[str | None]) -> None:
    """Take over what open outputs have come to mean."""
    if len(meanings) != len(state.hexagons):
        raise SnapshotError("meanings: expected one per hexagon")
    for index, meaning in enumerate(meanings):
        if index in state.outputs and state.meanings[index] is None and meaning is not None:
            state.meanings[index] = OutputValues(meaning)
        elif meaning != state.meanings[index]:
            raise SnapshotError(f"meanings: {meaning!r} is not what the template says")


def _expect_counters(counters: dict[str, int], state: State) -> None:
    """Refuse counters that do not fit the arrays."""
    from hanami_engine.rules.reduce import WINDOW  # noqa: PLC0415  Numba comes with it

    if min(counters.values()) < 0 or max(counters.values()) >= 2**64:
        raise SnapshotError("a counter is out of range")
    room = {"rows": len(state.arrays.weights), "levels_used": len(state.arrays.levels)}
    for name, size in room.items():
        if not 1 <= counters[name] <= size:
            raise SnapshotError(f"{name}: expected 1 to {size}, got {counters[name]}")
    if max(value for name, value in counters.items() if name != "seed") >= 2**62:
        raise SnapshotError("a counter is out of range")
    if counters["turn"] >= len(state.hexagons):
        raise SnapshotError("turn: there is no such hexagon")
    if counters["due"] >= WINDOW:
        raise SnapshotError(f"due: expected less than {WINDOW}")


def _fill(state: State, tensors: dict[str, Array]) -> None:
    """Put the tensors into a new state, each with the type and shape that it must have."""
    arrays, record = state.arrays, state.record[0]
    rows, levels = int(record["rows"]), int(record["levels_used"])
    count = len(state.hexagons)
    for name in HEXAGON_FIELDS:
        arrays.hexagons[name] = _take(tensors, f"hexagon_{name}", arrays.hexagons[name].dtype, (count,))
    _check_hexagons(state)
    outputs, blocks = _used_outputs(state), _used_blocks(state)
    for name in LEVEL_FIELDS:
        kind = arrays.levels[name].dtype
        arrays.levels[name][1:levels] = _take(tensors, f"level_{name}", kind, (levels - 1,))
    used = arrays.levels[1:levels]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        used["inverse"] = np.float32(32767) / (used["high"] - used["low"])
    sources = _take(tensors, "source_index", np.dtype(np.int32), (len(tensors["source_index"]),))
    if len(sources) and (sources.min() < 0 or sources.max() >= len(arrays.sources) or (np.diff(sources) <= 0).any()):
        raise SnapshotError("source_index: expected rising numbers of sources")
    for name in ("level", "hits", "wish"):
        arrays.sources[name][sources] = _take(tensors, f"source_{name}", arrays.sources[name].dtype, sources.shape)
    if len(_used_sources(state)) != len(sources):
        raise SnapshotError("source_index: a source outside its hexagon")
    for name in ("border", "anchor", "hits"):
        arrays.scales[name][outputs] = _take(tensors, f"scale_{name}", arrays.scales[name].dtype, outputs.shape)
    arrays.sections["next"][1:rows] = _take(tensors, "section_next", np.dtype(np.int32), (rows - 1,))
    arrays.sections["block"][1:rows] = _take(tensors, "section_block", np.dtype(np.uint16), (rows - 1,))
    arrays.weights[1:rows] = _take(tensors, "weights", np.dtype(np.int16), (rows - 1, LANES))
    places = _readout_rows(state, blocks, outputs)
    arrays.readout[places] = _take(tensors, "readout", np.dtype(np.int32), (len(places), LANES))
    arrays.bias[outputs] = _take(tensors, "bias", np.dtype(np.float32), outputs.shape)
    if record["spiking"]:
        arrays.echoes[blocks] = _take(tensors, "echoes", np.dtype(np.int16), (len(blocks), LANES))
        arrays.rests[blocks] = _take(tensors, "rests", np.dtype(np.uint16), (len(blocks), LANES))


def _take(tensors: dict[str, Array], name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    found = tensors[name]
    if found.dtype != dtype or found.shape != shape:
        raise SnapshotError(f"{name}: expected {dtype} {shape}, got {found.dtype} {found.shape}")
    return found


def _check_hexagons(state: State) -> None:
    """Refuse sizes that the template does not allow."""
    table = state.arrays.hexagons
    for index, hexagon in enumerate(state.hexagons):
        entry = table[index]
        most = state.most(index)
        good = 0 <= entry["width"] <= most and 0 <= entry["open"] <= entry["most"] and entry["need"] >= 0
        if hexagon.size is not None and index in state.inputs + state.outputs:
            good = good and entry["width"] == most
        if not good or not 0 <= entry["drawn"] <= entry["width"] or not np.isfinite(entry["need"]):
            raise SnapshotError(f"the hexagon {hexagon.position} has a size that its template does not allow")
    inputs, outputs = state.ports()
    state.fit(inputs, outputs)


def _check(state: State) -> None:
    """Refuse what no network can be: kernels trust these arrays and do not look twice."""
    from hanami_engine import cpu  # noqa: PLC0415  Numba comes with it

    record, arrays = state.record, state.arrays
    seen = (np.zeros(int(record["levels_used"][0]), np.uint8), np.zeros(int(record["rows"][0]), np.uint8))
    fault = cpu.audit_lists(record, *seen)
    if fault in FAULTS:
        raise SnapshotError(FAULTS[fault])
    if np.count_nonzero(arrays.levels["section"][1 : int(record["levels_used"][0])]) != record["level_count"][0]:
        raise SnapshotError("sections: every level must have one")
    if int(record["bytes"][0]) != census.ledger(state) or record["bytes"][0] > record["limit"][0]:
        raise SnapshotError("bytes: expected what levels, sections and weights to outputs take, within the limit")
    used = arrays.levels["tension"][1 : int(record["levels_used"][0])]
    if not np.isfinite(used).all() or (len(used) and used.min() < 0):
        raise SnapshotError("level_tension: expected finite numbers from 0")
    outputs = _used_outputs(state)
    if not np.isfinite(arrays.bias[outputs]).all():
        raise SnapshotError("bias: expected finite numbers")
    scales = arrays.scales[outputs]
    alive = scales["hits"] > 0
    for name in ("border", "anchor"):
        if not np.isfinite(scales[name]).all() or (np.sign(scales[name]) != alive).any():
            raise SnapshotError(f"scale_{name}: expected finite numbers above 0 where there were hits, else 0")
