"""Room for one sample: every thread has its own, and keeps it from call to call."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from hanami_engine import records
from hanami_engine.memory import reserve
from hanami_engine.records import LANES, Array, Room, type_of_work
from hanami_engine.state import Demands, State, point

_own = threading.local()


def workspace(state: State) -> Array:
    """Give this thread's `Work`, with room for any sample of a network.

    Returns
    -------
    records [1] of `type_of_work`

    Raises
    ------
    MemoryError
        The system grants no addresses for it.
    """
    if getattr(_own, "demands", None) is not state.demands:
        _provide(state.demands)
        _own.record["stride"] = len(state.arrays.sections)
        _own.demands = state.demands
    work: Array = _own.record
    return work


def _provide(demands: Demands) -> None:
    """Make room where there is not enough yet."""
    given: Demands | None = getattr(_own, "sizes", None)
    if given is None or any(size > room for size, room in zip(demands, given, strict=True)):
        sizes = demands if given is None else Demands(*map(max, demands, given))
        room = _reserve(sizes)
        record = np.zeros(1, type_of_work)
        point(record, room)
        _own.record, _own.room, _own.sizes = record, room, sizes


def _reserve(sizes: Demands) -> Room:
    return Room(**reserve(room_shapes(sizes, sizes.levels + sizes.columns)))


def room_shapes(sizes: Demands, touches: int) -> dict[str, tuple[tuple[int, ...], npt.DTypeLike]]:
    """Give shapes and types of the arrays of a `Room`, with so many touches."""
    return {
        "active": ((sizes.columns,), np.int32),
        "values": ((sizes.columns,), np.float32),
        "touches": ((touches,), records.type_of_touch),
        "bounds": ((sizes.hexagons + 1,), np.int32),
        "visits": ((sizes.visits,), records.type_of_visit),
        "counts": ((sizes.blocks,), np.int32),
        "potentials": ((sizes.blocks, LANES), np.int16),
        "slopes": ((sizes.blocks, LANES), np.int16),
        "corrections": ((sizes.blocks, LANES), np.int16),
        "blame": ((sizes.blocks, LANES), np.float32),
        "totals": ((sizes.outputs,), np.int64),
        "outputs": ((sizes.outputs,), np.float32),
        "errors": ((sizes.outputs,), np.float32),
        "steps": ((sizes.outputs,), np.float32),
    }
