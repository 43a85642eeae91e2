"""GPUs of NVIDIA, reached through CuPy: its memory pools, its streams, and kernels that `compiler` made.

CuPy is imported when it is first asked for a GPU: without one, nothing here costs anything.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from hanami_engine.cuda import compiler, monitor
from hanami_engine.cuda.device import DeviceFacts, DeviceHealth
from hanami_engine.errors import DeviceError, DeviceLostError
from hanami_engine.records import Array

_OUT_OF_MEMORY = 2  # cudaErrorMemoryAllocation, CUDA_ERROR_OUT_OF_MEMORY
_DRIVER_TOO_OLD = 35  # cudaErrorInsufficientDriver: also where there is no driver at all
_NO_DEVICE = 100  # cudaErrorNoDevice


class RealMemory:
    """A stretch of a GPU's memory, of CuPy's pool.

    The pool gives it to the next who asks as soon as nobody has this object any more, whatever streams still do with
    it: it must be kept until they are done.
    """

    def __init__(self, pointer: Any, size: int) -> None:  # noqa: ANN401  CuPy is untyped
        self._pointer = pointer
        self.address = int(pointer.ptr)
        self.size = size


class RealStream:
    """A stream of a GPU; see `device.Stream`."""

    def __init__(self, device: RealDevice) -> None:
        self._device = device
        with device.asked(scarce=True) as cupy:
            self._stream = cupy.cuda.Stream(non_blocking=True)

    def upload(self, address: int, array: Array) -> None:
        """Copy a C-contiguous host array to the device; the array must live, and stay as it is, until that is done."""
        with self._device.asked() as cupy:
            runtime = cupy.cuda.runtime
            kind = runtime.memcpyHostToDevice
            runtime.memcpyAsync(address, array.ctypes.data, array.nbytes, kind, self._stream.ptr)

    def download(self, array: Array, address: int) -> None:
        """Copy from the device into a C-contiguous host array."""
        with self._device.asked() as cupy:
            runtime = cupy.cuda.runtime
            kind = runtime.memcpyDeviceToHost
            runtime.memcpyAsync(array.ctypes.data, address, array.nbytes, kind, self._stream.ptr)

    def zero(self, address: int, size: int) -> None:
        """Fill device memory with zeros."""
        with self._device.asked() as cupy:
            cupy.cuda.runtime.memsetAsync(address, 0, size, self._stream.ptr)

    def launch(self, kernel: str, threads: int, blocks: int, *arguments: int, together: bool = False) -> None:
        """Run a kernel; see `device.Stream.launch`.

        Raises
        ------
        ValueError
            More blocks than run at the same time were to run together: CuPy would launch fewer of them.
        DeviceError
            The kernels cannot be compiled.
        """
        if together and blocks > self._device.most_blocks(kernel, threads):
            raise ValueError(f"{blocks} blocks of {kernel} cannot run together on {self._device.id}")
        function = self._device.kernel(kernel, threads, together=together)
        words = tuple(np.uint64(argument % 2**64) for argument in arguments)
        with self._device.asked(), self._stream:
            function((blocks,), (threads,), words)

    def mark(self) -> Any:  # noqa: ANN401  an event of CuPy
        """Give an event that has happened when all that was asked so far is done."""
        with self._device.asked() as cupy:
            return self._stream.record(cupy.cuda.Event(disable_timing=True))

    def wait(self, event: Any) -> None:  # noqa: ANN401
        """Let what is asked from now on wait for an event of another stream."""
        with self._device.asked():
            self._stream.wait_event(event)

    def finish(self) -> None:
        """Wait on the host until all that was asked is done; other threads go on meanwhile."""
        with self._device.asked():
            self._stream.synchronize()


class RealDevice:
    """A GPU; see `device.Device`. Any thread may use it.

    Parameters
    ----------
    index : int
        Which one, as CUDA counts them.
    """

    def __init__(self, index: int) -> None:
        self.id = f"cuda:{index}"
        self._index = index
        self._lock = threading.Lock()
        self._kernels: dict[tuple[str, int, bool], Any] = {}
        self._most_blocks: dict[tuple[str, int], int] = {}
        self._facts: DeviceFacts | None = None

    @contextmanager
    def asked(self, *, scarce: bool = False) -> Iterator[Any]:
        """Give CuPy, with this GPU the current one of the thread, and turn its errors into ours.

        Parameters
        ----------
        scarce : bool
            It is asked for memory, of which there may be none.
        """
        cupy = _cupy()
        try:
            with cupy.cuda.Device(self._index):
                yield cupy
        except cupy.cuda.memory.OutOfMemoryError as error:
            raise MemoryError(f"{self.id}: {error}") from error
        except (cupy.cuda.runtime.CUDARuntimeError, cupy.cuda.driver.CUDADriverError) as error:
            if scarce and error.status == _OUT_OF_MEMORY:
                raise MemoryError(f"{self.id}: {error}") from error
            raise DeviceLostError(f"{self.id}: {error}") from error

    def facts(self) -> DeviceFacts:
        """Tell what it is; raises DeviceLostError."""
        if self._facts is None:
            with self.asked() as cupy:
                known = cupy.cuda.runtime.getDeviceProperties(self._index)
            architecture = f"sm_{known['major']}{known['minor']}"
            processors, memory = known["multiProcessorCount"], known["totalGlobalMem"]
            self._facts = DeviceFacts(known["name"].decode(), architecture, int(processors), int(memory))
        return self._facts

    def health(self) -> DeviceHealth:
        """Tell how it is now; raises DeviceLostError."""
        with self.asked() as cupy:
            free, _ = cupy.cuda.runtime.memGetInfo()
            free += cupy.get_default_memory_pool().free_bytes()  # the pool holds it for whoever asks next
            bus = cupy.cuda.runtime.deviceGetPCIBusId(self._index)
        reading = monitor.read(bus)
        return DeviceHealth(int(free), reading.temperature, reading.power)

    def allocate(self, size: int) -> RealMemory:
        """Give device memory, aligned to 256 bytes; raises MemoryError where there is none, or DeviceLostError."""
        with self.asked(scarce=True) as cupy:
            return RealMemory(cupy.cuda.alloc(max(size, 1)), size)

    def pinned(self, size: int) -> Array:
        """Give a uint8 array [size] of host memory that the device reads and writes by itself; raises MemoryError."""
        with self.asked(scarce=True) as cupy:
            return np.frombuffer(cupy.cuda.alloc_pinned_memory(max(size, 1)), np.uint8, max(size, 1))[:size]

    def stream(self) -> RealStream:
        """Make a stream; raises MemoryError or DeviceLostError."""
        return RealStream(self)

    def most_blocks(self, kernel: str, threads: int) -> int:
        """Tell how many blocks of a kernel run at the same time; raises DeviceError."""
        key = kernel, threads
        if key not in self._most_blocks:
            function = self.kernel(kernel, threads, together=True)
            with self.asked() as cupy:
                of_one = cupy.cuda.driver.occupancyMaxActiveBlocksPerMultiprocessor(function.kernel.ptr, threads, 0)
            self._most_blocks[key] = int(of_one) * self.facts().processors
        return self._most_blocks[key]

    def kernel(self, name: str, threads: int, *, together: bool) -> Any:  # noqa: ANN401  a RawKernel of CuPy
        """Give a kernel that is on the device, compiled and loaded the first time; raises DeviceError."""
        key = name, threads, together
        found = self._kernels.get(key)
        if found is None:
            architecture = self.facts().architecture
            with self._lock:
                path = compiler.cubin_path(architecture, threads)
                with self.asked() as cupy:
                    module = cupy.RawModule(path=str(path), enable_cooperative_groups=together)
                    found = self._kernels[key] = module.get_function(name)
        return found


def find_devices() -> list[RealDevice]:
    """Give the GPUs of this machine; none where something is missing, see `expect_devices`."""
    try:
        return expect_devices()
    except DeviceError:
        return []


def expect_devices() -> list[RealDevice]:
    """Give the GPUs of this machine, one at least; the same objects every time.

    Raises
    ------
    DeviceError
        CuPy, the compiler of the kernels, the driver or the GPU is missing; the message says which.
    """
    cupy = _cupy()
    compiler.supported()
    runtime = cupy.cuda.runtime
    try:
        count = runtime.getDeviceCount()
    except runtime.CUDARuntimeError as error:
        raise DeviceError(_reason(runtime, error)) from error
    if count == 0:
        raise DeviceError("the driver of NVIDIA finds no GPU")
    return [_device(index) for index in range(count)]


def _reason(runtime: Any, error: Any) -> str:  # noqa: ANN401
    """Say why CUDA counts no GPUs."""
    if error.status == _NO_DEVICE:
        return "the driver of NVIDIA finds no GPU, or CUDA_VISIBLE_DEVICES hides it"
    if error.status == _DRIVER_TOO_OLD and runtime.driverGetVersion() == 0:
        return "there is no driver of NVIDIA for a GPU on this machine"
    if error.status == _DRIVER_TOO_OLD:
        return f"the driver of NVIDIA on this machine is too old for CuPy: it knows CUDA {runtime.driverGetVersion()}"
    return f"no GPU can be used: {error}"


@cache
def _device(index: int) -> RealDevice:
    return RealDevice(index)


def _cupy() -> Any:  # noqa: ANN401
    try:
        return importlib.import_module("cupy")
    except ImportError as error:
        raise DeviceError(f"a GPU needs CuPy ({error}): {compiler.INSTALL}") from error
