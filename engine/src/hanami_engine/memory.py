"""Address space for arrays that grow: reserved once, backed by memory only where it is written.

A network reserves what its byte budget allows it to become.  Growing then is writing further on: nothing is ever
copied, and what was never reached costs nothing but addresses.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from hanami_engine.records import Array

PAGE = mmap.PAGESIZE
LINE = 64
_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)


class NotCopyable:
    """Base of objects that hold memory addresses or a device of this process: copying or pickling them is an error."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        message = f"a {name} cannot be copied or pickled: it holds addresses that are valid in this object only"
        raise TypeError(f"{message}; copy or pickle its networks instead")


def reserve(shapes: Mapping[str, tuple[tuple[int, ...], npt.DTypeLike]]) -> dict[str, Array]:
    """Give zeroed arrays of these shapes and types in one stretch of address space.

    Large arrays begin at a page of their own, small ones share pages; all begin at a cache line.

    Raises
    ------
    MemoryError
        The system grants no such stretch of addresses.
    """
    begins, end = {}, 0
    for name, (shape, dtype) in shapes.items():
        size = int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize
        step = PAGE if size > PAGE else LINE
        begins[name] = -(-end // step) * step
        end = begins[name] + size
    try:
        memory = mmap.mmap(-1, max(end, 1), flags=_FLAGS)
    except (OSError, ValueError, OverflowError) as error:
        raise MemoryError(f"the system grants no {end} bytes of addresses; lower the memory limits") from error
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        memory.madvise(mmap.MADV_NOHUGEPAGE)  # else the first byte of a page costs two megabytes
    whole = np.frombuffer(memory, np.uint8)
    arrays = {}
    for name, (shape, dtype) in shapes.items():
        size = int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize
        arrays[name] = whole[begins[name] : begins[name] + size].view(dtype).reshape(shape)
    return arrays
