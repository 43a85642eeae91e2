"""A device that is none: the kernels, compiled by g++, on the cores of this machine.

For tests and for development where there is no GPU; the CPU itself is many times faster.  Streams do what they were
asked as late as possible, so that whoever forgets to wait notices.
"""

from __future__ import annotations

import ctypes
import fcntl
import functools
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hanami_engine import jit
from hanami_engine.cuda.device import DeviceFacts, DeviceHealth
from hanami_engine.cuda.layout import ALIGNMENT
from hanami_engine.errors import DeviceError, DeviceLostError
from hanami_engine.records import Array

KERNELS = Path(__file__).resolve().parent
FLAGS = ("-std=c++20", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fno-gnu-unique", "-g")
VARIANTS = {  # threads of a block and of a warp, and what watches them
    "alone": ("-O3", "-march=native", "-DTHREADS=1", "-DWARP=1"),
    "team": ("-O2", "-DTHREADS=4", "-DWARP=2"),
    "warp": ("-O2", "-DTHREADS=2", "-DWARP=2"),
    "address": ("-O2", "-DTHREADS=1", "-DWARP=1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
    "thread": ("-O2", "-DTHREADS=4", "-DWARP=2", "-fsanitize=thread"),
    "warps": ("-O2", "-DTHREADS=2", "-DWARP=1", "-fsanitize=thread"),
}
PROCESSORS, MEMORY, MOST_BLOCKS = 4, 8 << 30, 8


@functools.cache
def build(variant: str, home: Path = KERNELS) -> Path:
    """Compile the kernels in a folder once for a state of their sources; gives the library.

    Raises
    ------
    DeviceError
        There is no g++, or it refuses them.
    """
    compiler = shutil.which("g++")
    if compiler is None:
        raise DeviceError("the emulated GPU needs g++ 11 or newer: install it (Debian: apt install g++)")
    flags = FLAGS + VARIANTS[variant]
    sources = sorted(path for path in home.rglob("*") if path.suffix in {".cu", ".cuh", ".h", ".cpp"})
    host = platform.node() if "-march=native" in flags else ""  # whose processor it is compiled for
    decisive = [" ".join(flags).encode(), host.encode(), *(path.read_bytes() for path in sources)]
    digest = hashlib.sha256(b"\0".join(decisive))
    made = jit.cache_folder().parent / f"emulated-{variant}-{digest.hexdigest()[:16]}.so"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            fresh = made.with_suffix(".new")
            shim = home / "shim"
            command = [compiler, *flags, f"-I{shim}", f"-I{home}", "-o", str(fresh), str(shim / "shim.cpp")]
            unwatched = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # by a sanitizer
            done = subprocess.run(command, env=unwatched, capture_output=True, text=True, check=False)  # noqa: S603  ours
            if done.returncode:
                raise DeviceError(f"g++ cannot compile the kernels: {done.stderr[-2000:]}")
            fresh.rename(made)
    return made


class EmulatedMemory:
    """Memory of the host that counts as the device's."""

    def __init__(self, device: EmulatedDevice, size: int) -> None:
        self._device, self.size = device, size
        self._room = np.full(size + ALIGNMENT, 0xA5, np.uint8)  # whoever forgets to write before reading notices
        self.address = -(-self._room.ctypes.data // ALIGNMENT) * ALIGNMENT
        device.used += size

    def __del__(self) -> None:
        self._device.used -= self.size
        self._device.guard(self.address, self.size, closed=False)  # whoever gets these bytes next may touch them


class EmulatedStream:
    """What is asked of it waits until somebody waits for it."""

    def __init__(self, device: EmulatedDevice) -> None:
        self._device = device
        self._asked: list[Callable[[], None]] = []

    def upload(self, address: int, array: Array) -> None:
        """Copy to the device, later."""
        self._ask(lambda: ctypes.memmove(address, array.ctypes.data, array.nbytes))

    def download(self, array: Array, address: int) -> None:
        """Copy from the device, later."""
        self._ask(lambda: ctypes.memmove(array.ctypes.data, address, array.nbytes))

    def zero(self, address: int, size: int) -> None:
        """Fill with zeros, later."""
        self._ask(lambda: ctypes.memset(address, 0, size))

    def launch(self, kernel: str, threads: int, blocks: int, *arguments: int, together: bool = False) -> None:
        """Run the kernel, later; it was compiled for a number of threads of its own."""
        del threads
        if together and blocks > MOST_BLOCKS:
            raise ValueError(f"blocks: expected at most {MOST_BLOCKS} that run together, got {blocks}")
        orders, groups = arguments
        self._ask(lambda: self._device.call(kernel, orders, blocks, groups))

    def mark(self) -> Any:  # noqa: ANN401
        """Give how much was asked so far."""
        asked = self._asked
        return lambda: _do(asked)

    def wait(self, event: Any) -> None:  # noqa: ANN401
        """Let the other stream go first."""
        self._ask(event)

    def finish(self) -> None:
        """Do all of it now."""
        self._device.expect_alive()
        asked, self._asked = self._asked, []
        _do(asked)

    def _ask(self, what: Callable[[], Any]) -> None:
        self._device.expect_alive()
        self._asked.append(what)


def _do(asked: list[Callable[[], None]]) -> None:
    while asked:
        asked.pop(0)()


class EmulatedDevice:
    """The kernels on the cores of this machine.

    Parameters
    ----------
    variant : str
        One of `VARIANTS`.
    memory : int
        Bytes that it pretends to have.
    home : Path
        Where its kernels are.

    Attributes
    ----------
    broken : bool
        Whether it pretends not to answer any more.
    """

    def __init__(self, variant: str = "alone", memory: int = MEMORY, home: Path = KERNELS) -> None:
        self.id = "emulated:0"
        self._library = ctypes.CDLL(str(build(variant, home)))
        self._memory, self.used, self.broken = memory, 0, False

    def expect_alive(self) -> None:
        """Raise DeviceLostError where it does not answer any more."""
        if self.broken:
            raise DeviceLostError("the emulated GPU was broken")

    def call(self, kernel: str, orders: int, blocks: int, groups: int) -> None:
        """Run a kernel now."""
        self.expect_alive()
        sizes = (ctypes.c_longlong(blocks), ctypes.c_longlong(groups))
        self._library.shim_launch(getattr(self._library, kernel), ctypes.c_void_p(orders), *sizes)

    def guard(self, address: int, size: int, *, closed: bool) -> None:
        """Let a sanitizer complain about whoever touches this memory, or let it be again."""
        self._library.shim_fence(ctypes.c_void_p(address), ctypes.c_size_t(size), ctypes.c_int(closed))

    def facts(self) -> DeviceFacts:
        """Tell what it is."""
        return DeviceFacts("emulated on the CPU", "host", min(PROCESSORS, os.cpu_count() or 1), self._memory)

    def health(self) -> DeviceHealth:
        """Tell how much memory is left."""
        self.expect_alive()
        return DeviceHealth(self._memory - self.used, None, None)

    def allocate(self, size: int) -> EmulatedMemory:
        """Give memory."""
        self.expect_alive()
        if self.used + size > self._memory:
            raise MemoryError(f"the emulated GPU has no {size} bytes left")
        return EmulatedMemory(self, size)

    def pinned(self, size: int) -> Array:
        """Give memory of the host."""
        self.expect_alive()
        return np.full(size, 0x5A, np.uint8)

    def stream(self) -> EmulatedStream:
        """Make a stream."""
        return EmulatedStream(self)

    def most_blocks(self, kernel: str, threads: int) -> int:
        """Tell how many blocks of threads may wait for each other."""
        del kernel, threads
        return MOST_BLOCKS
