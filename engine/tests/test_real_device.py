"""A GPU through CuPy, as far as that shows without one: what CuPy is asked, where, and what becomes of its errors.

`Cupy` stands in for it: device memory is host memory, streams are lists of what they were asked, nothing is launched.
"""

import ctypes
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hanami_engine import DeviceError, DeviceLostError
from hanami_engine.cuda import compiler, monitor, real
from hypothesis import given
from hypothesis import strategies as st


class CudaError(RuntimeError):
    """An error of CUDA, as CuPy raises it."""

    def __init__(self, status, text="an illegal memory access was encountered"):
        self.status = status
        super().__init__(text)


class DriverError(CudaError):
    pass


class OutOfMemoryError(MemoryError):
    pass


class Cupy:
    """What `real` uses of CuPy; `failure` is raised by the next call that reaches the device."""

    def __init__(self, devices=2):
        self.calls, self.failure, self.devices, self.version = [], None, devices, 13000
        self.here = threading.local()
        runtime = SimpleNamespace(
            CUDARuntimeError=CudaError,
            memcpyHostToDevice=1,
            memcpyDeviceToHost=2,
            memcpyAsync=self._copy,
            memsetAsync=lambda address, value, size, stream: (
                self._do("set", value, stream) or ctypes.memset(address, value, size)
            ),
            memGetInfo=lambda: self._do("memory") or (1000, 9000),
            getDeviceCount=lambda: self._do("count") or self.devices,
            driverGetVersion=lambda: self.version,
            deviceGetPCIBusId=lambda index: f"0000:0{index}:00.0",
            getDeviceProperties=lambda _: {
                "name": b"NVIDIA H100",
                "major": 9,
                "minor": 0,
                "multiProcessorCount": 132,
                "totalGlobalMem": 9000,
            },
        )
        driver = SimpleNamespace(CUDADriverError=DriverError, occupancyMaxActiveBlocksPerMultiprocessor=self._occupancy)
        self.cuda = SimpleNamespace(
            Device=self._device,
            Stream=lambda non_blocking: self._do("stream", non_blocking) or Stream(self),
            Event=lambda disable_timing: SimpleNamespace(timed=not disable_timing),
            alloc=lambda size: self._do("alloc", size) or Pointer(size),
            alloc_pinned_memory=lambda size: self._do("pinned", size) or memoryview(bytearray(size)),
            memory=SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
            runtime=runtime,
            driver=driver,
        )

    def get_default_memory_pool(self):
        return SimpleNamespace(free_bytes=lambda: 500)

    def RawModule(self, path, enable_cooperative_groups):  # noqa: N802  as CuPy has it
        self._do("load", path, enable_cooperative_groups)
        return SimpleNamespace(get_function=lambda name: Kernel(self, name))

    def _do(self, *call):
        """Note a call and the device that it is meant for."""
        self.calls.append((getattr(self.here, "device", None), *call))
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    @contextmanager
    def _device(self, index):
        before, self.here.device = getattr(self.here, "device", None), index
        try:
            yield
        finally:
            self.here.device = before

    def _copy(self, to, source, size, kind, stream):
        self._do("copy", kind, stream)
        ctypes.memmove(to, source, size)

    def _occupancy(self, function, threads, dynamic):
        self._do("occupancy", function, threads, dynamic)
        return 4


class Pointer:
    def __init__(self, size):
        self.held = ctypes.create_string_buffer(size)
        self.ptr = ctypes.addressof(self.held)


class Stream:
    ptr = 77

    def __init__(self, cupy):
        self.cupy = cupy

    def __enter__(self):
        self.cupy.here.stream = self

    def __exit__(self, *_):
        self.cupy.here.stream = None

    def record(self, event):
        self.cupy._do("record", event.timed)
        return event

    def wait_event(self, event):
        self.cupy._do("wait", event.timed)

    def synchronize(self):
        self.cupy._do("finish")


class Kernel:
    def __init__(self, cupy, name):
        self.cupy, self.name, self.kernel = cupy, name, SimpleNamespace(ptr=55)

    def __call__(self, grid, block, arguments):
        self.cupy._do("launch", self.name, grid, block, arguments, self.cupy.here.stream.ptr)


@pytest.fixture
def cupy(monkeypatch):
    made = Cupy()
    monkeypatch.setitem(sys.modules, "cupy", made)
    monkeypatch.setattr(compiler, "supported", lambda: ("sm_90",))
    monkeypatch.setattr(compiler, "cubin_path", lambda *of: Path("-".join(map(str, of))))
    monkeypatch.setattr(real, "_device", real.RealDevice)
    return made


def test_the_engine_starts_without_cupy_and_says_what_is_missing():
    code = (
        "import sys\n"
        "sys.modules['cupy'] = sys.modules['pynvml'] = None\n"
        "from hanami_engine.cuda import monitor, real\n"
        "print(real.find_devices(), *monitor.read('0000:01:00.0'))\n"
        "real.expect_devices()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[] None None\n"
    assert "DeviceError: a GPU needs CuPy" in done.stderr
    assert "pip install hanami-engine[gpu]" in done.stderr


@pytest.mark.parametrize(
    ("failure", "version", "text"),
    [
        (CudaError(35), 0, "there is no driver of NVIDIA"),
        (CudaError(35), 11040, "too old for CuPy: it knows CUDA 11.4"),
        (CudaError(100), 13000, "finds no GPU, or CUDA_VISIBLE_DEVICES hides it"),
        (CudaError(802, "system not yet initialized"), 13000, "no GPU can be used: system not yet initialized"),
        (None, 13000, "finds no GPU"),
    ],
)
def test_what_is_missing_is_named(cupy, failure, version, text):
    cupy.version, cupy.devices = version, 0
    cupy.failure = failure
    with pytest.raises(DeviceError, match=text):
        real.expect_devices()
    cupy.failure = failure
    assert real.find_devices() == []


def test_a_gpu_without_a_compiler_of_kernels_is_of_no_use(cupy, monkeypatch):
    def missing():
        raise DeviceError("NVRTC is not installed")

    monkeypatch.setattr(compiler, "supported", missing)
    assert real.find_devices() == []
    with pytest.raises(DeviceError, match="NVRTC"):
        real.expect_devices()


def test_devices_are_found_and_described(cupy, monkeypatch):
    monkeypatch.setattr(monitor, "read", {"0000:01:00.0": monitor.Reading(41.0, None)}.__getitem__)
    first, second = real.find_devices()
    assert (first.id, second.id) == ("cuda:0", "cuda:1")
    assert second.facts() == ("NVIDIA H100", "sm_90", 132, 9000)
    assert second.health() == (1500, 41.0, None)  # with what lies idle in the pool


def test_what_is_uploaded_comes_back(cupy):
    _, device = real.find_devices()
    stream = device.stream()
    memory = device.allocate(400)
    pinned = device.pinned(400)
    assert (pinned.dtype, pinned.shape, pinned.flags.writeable) == (np.uint8, (400,), True)
    pinned[:] = np.arange(400) % 251
    stream.upload(memory.address, pinned)
    stream.zero(memory.address + 100, 200)
    back = np.full((2, 200), 9, np.uint8)
    stream.download(back, memory.address)
    stream.finish()
    pinned[100:300] = 0
    np.testing.assert_array_equal(back.ravel(), pinned)
    assert memory.size == 400
    assert cupy.calls[1:] == [
        (1, "stream", True),
        (1, "alloc", 400),
        (1, "pinned", 400),
        (1, "copy", 1, 77),
        (1, "set", 0, 77),
        (1, "copy", 2, 77),
        (1, "finish"),
    ]


def test_nothing_takes_room_as_well(cupy):
    device = real.RealDevice(0)
    assert device.allocate(0).size == 0
    assert device.pinned(0).shape == (0,)


def test_streams_wait_for_each_other(cupy):
    device = real.RealDevice(1)
    one, other = device.stream(), device.stream()
    other.wait(one.mark())
    assert cupy.calls[-2:] == [(1, "record", False), (1, "wait", False)]


@given(words=st.lists(st.integers(-(2**63), 2**64 - 1), max_size=4))
def test_kernels_take_words_of_64_bits(words):
    with pytest.MonkeyPatch.context() as patch:
        cupy = Cupy()
        patch.setitem(sys.modules, "cupy", cupy)
        patch.setattr(compiler, "cubin_path", lambda *of: Path("-".join(map(str, of))))
        device = real.RealDevice(1)
        stream = device.stream()
        for _ in range(2):
            stream.launch("hanami_learn", 128, 500, *words)
    load, *launches = cupy.calls[1:]
    assert load == (1, "load", "sm_90-128", False)
    assert len(launches) == 2
    for _, _, name, grid, block, given_words, on in launches:
        assert (name, grid, block, on) == ("hanami_learn", (500,), (128,), 77)
        assert all(type(word) is np.uint64 for word in given_words)
        assert [int(word) for word in given_words] == [word % 2**64 for word in words]


def test_blocks_that_wait_for_each_other_are_never_more_than_run_at_the_same_time(cupy):
    """CuPy would launch fewer blocks than it was asked for, and warn."""
    device = real.RealDevice(0)
    stream = device.stream()
    assert device.most_blocks("hanami_learn", 128) == 4 * 132
    stream.launch("hanami_learn", 128, 4 * 132, together=True)
    with pytest.raises(ValueError, match="529 blocks of hanami_learn cannot run together on cuda:0"):
        stream.launch("hanami_learn", 128, 529, together=True)
    assert [call[1:] for call in cupy.calls[1:]] == [
        ("load", "sm_90-128", True),
        ("occupancy", 55, 128, 0),
        ("launch", "hanami_learn", (528,), (128,), (), 77),
    ]


def test_any_thread_reaches_its_device(cupy):
    devices = real.find_devices()
    threads = [threading.Thread(target=lambda device=device: device.stream().finish()) for device in devices * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call[0] for call in cupy.calls if call[1] == "finish") == [0, 0, 0, 1, 1, 1]


SCARCE = {
    "allocate": lambda on: on.device.allocate(10),
    "pinned": lambda on: on.device.pinned(10),
    "stream": lambda on: on.device.stream(),
}
ASKED = SCARCE | {
    "health": lambda on: on.device.health(),
    "most_blocks": lambda on: on.device.most_blocks("hanami_learn", 64),
    "upload": lambda on: on.stream.upload(on.memory.address, np.zeros(3)),
    "download": lambda on: on.stream.download(np.zeros(3), on.memory.address),
    "zero": lambda on: on.stream.zero(on.memory.address, 8),
    "launch": lambda on: on.stream.launch("hanami_learn", 64, 1, 3),
    "mark": lambda on: on.stream.mark(),
    "wait": lambda on: on.stream.wait(on.event),
    "finish": lambda on: on.stream.finish(),
}


@pytest.fixture
def on(cupy):
    device = real.RealDevice(1)
    stream = device.stream()
    return SimpleNamespace(device=device, stream=stream, memory=device.allocate(100), event=stream.mark())


@pytest.mark.parametrize("error", [CudaError, DriverError])
@pytest.mark.parametrize("name", ASKED)
def test_a_device_that_fails_is_lost(cupy, on, name, error):
    cupy.failure = error(700)
    with pytest.raises(DeviceLostError, match="cuda:1: an illegal memory access"):
        ASKED[name](on)


@pytest.mark.parametrize(
    "failure", [CudaError(2, "out of memory"), OutOfMemoryError("out of memory")], ids=["CUDA", "CuPy"]
)
@pytest.mark.parametrize("name", SCARCE)
def test_a_device_that_is_full_is_not_lost(cupy, on, name, failure):
    cupy.failure = failure
    with pytest.raises(MemoryError, match="cuda:1: out of memory"):
        SCARCE[name](on)
    SCARCE[name](on)


def test_the_stand_in_has_nothing_that_cupy_lacks():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed: the stand-in is not compared with it")

    def compare(stand_in, there):
        for name, value in vars(stand_in).items():
            assert hasattr(there, name), name
            if isinstance(value, SimpleNamespace):
                compare(value, getattr(there, name))

    compare(Cupy().cuda, cupy.cuda)
    assert callable(cupy.RawModule)
    assert callable(cupy.get_default_memory_pool().free_bytes)
    assert {"__enter__", "record", "wait_event", "synchronize"} <= set(dir(cupy.cuda.Stream))
    assert cupy.cuda.runtime.memcpyHostToDevice == 1
    assert cupy.cuda.runtime.memcpyDeviceToHost == 2
    assert issubclass(cupy.cuda.memory.OutOfMemoryError, MemoryError)
    room = SimpleNamespace(ptr=ctypes.addressof(held := ctypes.create_string_buffer(b"Hanami!")), size=7)
    view = np.frombuffer(cupy.cuda.PinnedMemoryPointer(room, 0), np.uint8, 7)
    view[0] = ord("h")
    assert held.value == b"hanami!"
