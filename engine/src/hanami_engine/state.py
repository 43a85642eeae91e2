"""The arrays of one network, and how they grow.

A *section* joins one source (an input, for one sign of its values) to one block of `LANES` target neurons: it is a row
of `LANES` int16 weights in an arena.  Rows are taken from a free list, else from the end of the arena, and the arena
doubles when it is full, so that growing costs amortised constant time per section.  A new network owns no row at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

LANES = 128  # neurons of a block: one row of weights is 256 bytes

type_of_source = np.dtype([("border", "<f4"), ("inverse", "<f4"), ("hits", "<u4")])
"""What belongs to a source: the value that drives its sections fully, 32767/border, and how often it was active."""

type_of_ledger = np.dtype(
    [
        ("seed", "<u8"),  # of every random number
        ("neurons", "<i8"),  # of the internal hexagon; the last block may have lanes to spare
        ("samples", "<i8"),  # learned so far
        ("announced", "<i8"),  # samples that the schedule spans; 0: an endless stream
        ("elapsed", "<i8"),  # of the announced ones
        ("used", "<i8"),  # rows of the arena ever taken
        ("free", "<i8"),  # of these, rows on the free list
        ("born", "<i8"),  # sections ever born
        ("wanted", "<i8"),  # rows that the sample needs which stopped the kernel
        ("loss", "<f8"),  # sum over the samples of the last call
    ]
)
"""The counters of a network: one record, so that kernels take it as one argument."""

Array = npt.NDArray[Any]


class Source(Protocol):
    """One record of `type_of_source`, as kernels see it."""

    border: np.float32
    inverse: np.float32
    hits: int


class Ledger(Protocol):
    """The record of `type_of_ledger`, as kernels see it."""

    seed: np.uint64
    neurons: int
    samples: int
    announced: int
    elapsed: int
    used: int
    free: int
    born: int
    wanted: int
    loss: float


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Give a zeroed array whose first element lies at the start of a cache line (64 bytes)."""
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(kind).reshape(shape)


@dataclass(slots=True)
class State:
    """Everything that a network is.

    Attributes
    ----------
    sources : record array [2 · inputs] of `type_of_source`
        First the positive values of every input, then the negative ones.
    rows : int32 array [2 · inputs, blocks]
        Row of the section of a source and a block; -1 where there is none.
    weights : int16 array [capacity, LANES]
        The arena; 4096 is a weight of 1.
    free : int32 array [capacity]
        Stack of rows that were given back; `ledger.free` of them.
    readout : int32 array [outputs, blocks · LANES]
        Weights from internal neurons to outputs, 2**20 is a weight of 1; [outputs, 0] until the first sample.
    bias : float32 array [outputs]
        What every output gives without any input.
    scales : record array [outputs] of `type_of_source`
        Range of every real output, found in the same way as that of an input.
    ledger : record array [1] of `type_of_ledger`
        Counters.
    """

    sources: Array
    rows: Array
    weights: Array
    free: Array
    readout: Array
    bias: Array
    scales: Array
    ledger: Array

    @classmethod
    def new(cls, inputs: int, neurons: int, outputs: int, seed: int) -> State:
        """Lay out a network that is connected to nothing."""
        blocks = -(-neurons // LANES)
        ledger = np.zeros(1, type_of_ledger)
        ledger["seed"], ledger["neurons"] = seed, neurons
        return cls(
            sources=np.zeros(2 * inputs, type_of_source),
            rows=np.full((2 * inputs, blocks), -1, np.int32),
            weights=aligned((0, LANES), np.int16),
            free=np.zeros(0, np.int32),
            readout=aligned((outputs, 0), np.int32),
            bias=np.zeros(outputs, np.float32),
            scales=np.zeros(outputs, type_of_source),
            ledger=ledger,
        )

    @property
    def sections(self) -> int:
        """Number of sections that exist."""
        return int(self.ledger["used"][0] - self.ledger["free"][0])

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, room for growth included."""
        return sum(getattr(self, name).nbytes for name in self.__slots__)

    def make_room(self) -> None:
        """Double the arena, or more where the waiting sample needs more; the network computes the same as before."""
        used, capacity = int(self.ledger["used"][0]), len(self.weights)
        larger = max(2 * capacity, used + int(self.ledger["wanted"][0]))
        weights, free = aligned((larger, LANES), np.int16), np.zeros(larger, np.int32)
        weights[:used] = self.weights[:used]
        free[:capacity] = self.free
        self.weights, self.free = weights, free
        if not self.readout.size:
            self.readout = aligned((len(self.bias), self.rows.shape[1] * LANES), np.int32)
