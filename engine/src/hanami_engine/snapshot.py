"""Network ⇄ bytes: safetensors with one JSON header, a checksum over everything, and never code.

The same network always gives the same bytes.  Room for growth is not kept: only the rows of the arena that were ever
taken are.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from hanami_engine.errors import SnapshotError
from hanami_engine.rules.grow import FULL
from hanami_engine.state import LANES, Array, State, aligned
from hanami_engine.template import Template

FORMAT = 1
KEY = "hanami"
COUNTERS = ("seed", "samples", "announced", "elapsed", "born")


def write(template: Template, state: State) -> bytes:
    """Give the snapshot of a network."""
    used, spare = int(state.ledger["used"][0]), int(state.ledger["free"][0])
    tensors = {
        "source_border": state.sources["border"],
        "source_hits": state.sources["hits"],
        "rows": state.rows,
        "weights": state.weights[:used],
        "free": state.free[:spare],
        "readout": state.readout,
        "bias": state.bias,
        "scale_border": state.scales["border"],
        "scale_hits": state.scales["hits"],
    }
    tensors = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    header: dict[str, Any] = {"format": FORMAT, "template": template.text}
    header |= {name: int(state.ledger[name][0]) for name in COUNTERS}
    header["digest"] = _digest(header, tensors)
    return bytes(save_tensors(tensors, {KEY: json.dumps(header, sort_keys=True)}))


def read(data: bytes) -> tuple[Template, State]:
    """Restore a network from its snapshot.

    Raises
    ------
    SnapshotError
        Not a snapshot, damaged, from an unknown version, or its parts contradict each other.
    """
    header, tensors = _unpack(data)
    if header.get("format") != FORMAT:
        raise SnapshotError(f"expected format {FORMAT}, got {header.get('format')!r}")
    digest = header.pop("digest", None)
    if digest != _digest(header, tensors):
        raise SnapshotError("the checksum does not match: the snapshot is damaged")
    try:
        template = Template.parse(header["template"])
        counters = {name: int(header[name]) for name in COUNTERS}
        state = State.new(template.input_size, template.internal.size, template.output_size, counters["seed"])
        _fill(state, tensors)
    except SnapshotError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SnapshotError(f"a part is missing or unusable: {error}") from error
    for name, value in counters.items():
        state.ledger[name] = value
    _check(state)
    return template, state


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


def _fill(state: State, tensors: dict[str, Array]) -> None:
    """Put the tensors into a new state, each with the type and shape that the template asks for."""
    weights, free = tensors["weights"], tensors["free"]
    used, blocks = len(weights), state.rows.shape[1]
    wide = blocks * LANES if tensors["readout"].size else 0
    expected = {
        "source_border": (np.float32, state.sources.shape),
        "source_hits": (np.uint32, state.sources.shape),
        "rows": (np.int32, state.rows.shape),
        "weights": (np.int16, (used, LANES)),
        "free": (np.int32, (len(free),)),
        "readout": (np.int32, (len(state.bias), wide)),
        "bias": (np.float32, state.bias.shape),
        "scale_border": (np.float32, state.scales.shape),
        "scale_hits": (np.uint32, state.scales.shape),
    }
    for name, (dtype, shape) in expected.items():
        if tensors[name].dtype != dtype or tensors[name].shape != shape:
            raise SnapshotError(f"{name}: expected {np.dtype(dtype)} {shape}, got {tensors[name].dtype}")
    for part, table in (("source", state.sources), ("scale", state.scales)):
        border = table["border"] = tensors[f"{part}_border"]
        table["hits"] = tensors[f"{part}_hits"]
        np.divide(FULL, border, out=table["inverse"], where=border > 0)
    state.rows[:] = tensors["rows"]
    state.weights, state.free = aligned((used, LANES), np.int16), np.zeros(used, np.int32)
    state.weights[:] = weights
    state.free[: min(len(free), used)] = free[:used]
    state.readout = aligned((len(state.bias), wide), np.int32)
    state.readout[:] = tensors["readout"]
    state.bias[:] = tensors["bias"]
    state.ledger["used"], state.ledger["free"] = used, len(free)


def _check(state: State) -> None:
    """Refuse what no network can be: kernels trust these arrays and do not look twice."""
    spare = int(state.ledger["free"][0])
    taken = state.rows[state.rows >= 0]
    everything = np.sort(np.concatenate([taken, state.free[:spare]]))
    if not np.array_equal(everything, np.arange(len(state.weights))):
        raise SnapshotError("rows: every row must belong to one section or to the free list")
    alive = state.sources["hits"] > 0
    if not np.array_equal(state.rows >= 0, np.broadcast_to(alive[:, None], state.rows.shape)):
        raise SnapshotError("rows: exactly the sources that were active have sections")
    if len(taken) and not state.readout.size:
        raise SnapshotError("readout: missing although there are sections")
    for name, table in (("source", state.sources), ("scale", state.scales)):
        border = table["border"]
        if not np.array_equal(table["hits"] > 0, border > 0) or not np.isfinite(border).all():
            raise SnapshotError(f"{name}_border: expected a finite border above 0 where there were hits, else 0")
    counters = [int(state.ledger[name][0]) for name in COUNTERS[1:]]
    if min(counters) < 0 or not np.isfinite(state.bias).all():
        raise SnapshotError("a counter or a bias is out of range")
