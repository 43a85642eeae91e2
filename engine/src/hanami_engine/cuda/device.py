"""What a GPU is to the driver: memory, streams, and kernels that are launched on them.

`real.RealDevice` is one that CuPy reaches; `emulated.EmulatedDevice` runs the same kernels on the host.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from hanami_engine.records import Array


class DeviceFacts(NamedTuple):
    """What a device is.

    Attributes
    ----------
    name : str
        As its maker calls it.
    architecture : str
        For which compilers make code, such as ``sm_90``.
    processors : int
        Multiprocessors: each runs several blocks of threads at a time.
    memory : int
        Bytes in all.
    """

    name: str
    architecture: str
    processors: int
    memory: int


class DeviceHealth(NamedTuple):
    """How a device is now; None where it does not tell.

    Attributes
    ----------
    memory_free : int
        Bytes that nobody uses.
    temperature : float or None
        In degrees Celsius.
    power : float or None
        In watts.
    """

    memory_free: int
    temperature: float | None
    power: float | None


class Memory(Protocol):
    """A stretch of device memory; free again when nobody has it any more."""

    address: int
    size: int


class Stream(Protocol):
    """What is asked of a device in order; several streams go on side by side.

    Every call raises DeviceLostError where the device does not answer any more.
    """

    def upload(self, address: int, array: Array) -> None:
        """Copy a C-contiguous host array to the device; the array must live, and stay as it is, until that is done."""

    def download(self, array: Array, address: int) -> None:
        """Copy from the device into a C-contiguous host array."""

    def zero(self, address: int, size: int) -> None:
        """Fill device memory with zeros."""

    def launch(self, kernel: str, threads: int, blocks: int, *arguments: int, together: bool = False) -> None:
        """Run a kernel.

        Parameters
        ----------
        kernel : str
            Its name in kernels.cu.
        threads : int
            Of a block; code is compiled for each number.
        blocks : int
        *arguments : int
            Of 64 bits each.
        together : bool
            All blocks must run at the same time, for they wait for each other.
        """

    def mark(self) -> Any:  # noqa: ANN401  an event of the device
        """Give an event that has happened when all that was asked so far is done."""

    def wait(self, event: Any) -> None:  # noqa: ANN401
        """Let what is asked from now on wait for an event of another stream."""

    def finish(self) -> None:
        """Wait on the host until all that was asked is done."""


class Device(Protocol):
    """A GPU, or what stands in for one.

    Attributes
    ----------
    id : str
        Such as ``cuda:0``.
    """

    id: str

    def facts(self) -> DeviceFacts:
        """Tell what it is."""

    def health(self) -> DeviceHealth:
        """Tell how it is now; raises DeviceLostError."""

    def allocate(self, size: int) -> Memory:
        """Give device memory, aligned to 256 bytes; raises MemoryError where there is none, or DeviceLostError."""

    def pinned(self, size: int) -> Array:
        """Give a uint8 array [size] of host memory that the device reads and writes by itself; raises MemoryError."""

    def stream(self) -> Stream:
        """Make a stream."""

    def most_blocks(self, kernel: str, threads: int) -> int:
        """Tell how many blocks of a kernel run at the same time."""
