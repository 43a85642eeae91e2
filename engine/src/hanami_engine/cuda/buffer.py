"""Page-locked memory of the host, and as much of the device."""

from __future__ import annotations

import numpy as np

from hanami_engine.cuda.device import Device, Memory
from hanami_engine.records import Array

LINE = 256  # bytes: where arrays begin
SPARE = 5 / 4  # of what is asked for, so that it is seldom made anew


def lines(*sizes: int) -> int:
    """Count the bytes that arrays of these sizes take in a buffer."""
    return sum(-(-size // LINE) * LINE for size in sizes)


class Buffer:
    """What is written here is copied to the device, or the other way round; used again and again."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._host: Array = np.zeros(0, np.uint8)
        self._memory: Memory | None = None
        self.used = 0

    def begin(self, size: int) -> None:
        """Empty it, and have room for so many bytes; nobody may be using it.  Raises MemoryError."""
        self.used = 0
        if self._memory is None or size > len(self._host):
            self._memory = None  # before there is another one
            wanted = max(int(size * SPARE), LINE)
            self._host = self._device.pinned(wanted)
            self._memory = self._device.allocate(wanted)

    def take(self, size: int) -> tuple[int, Array]:
        """Give the next bytes: their address on the device, and a uint8 array of the host."""
        begin = self.used
        self.used = begin + lines(size)
        return self.address + begin, self._host[begin : begin + size]

    def put(self, array: Array) -> int:
        """Write a C-contiguous array; gives its address on the device."""
        address, room = self.take(array.nbytes)
        room[:] = array.reshape(-1).view(np.uint8)
        return address

    @property
    def address(self) -> int:
        """Where it begins on the device."""
        if self._memory is None:
            raise RuntimeError("a buffer is used before it has room")
        return self._memory.address

    @property
    def filled(self) -> Array:
        """What was written: uint8 array [used]."""
        return self._host[: self.used]
