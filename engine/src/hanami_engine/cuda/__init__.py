"""Networks on GPUs: the same rule, the same bits, many networks at a time.

Without CuPy, a driver or a device this can be imported all the same; `find_gpus` then finds none.
"""

from __future__ import annotations

import functools
import re

from hanami_engine.cuda.device import DeviceFacts, DeviceHealth
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_engine.cuda.fleet import Fleet
from hanami_engine.cuda.gpu import Gpu, Order, Outcome
from hanami_engine.cuda.real import expect_devices, find_devices
from hanami_engine.errors import DeviceError

__all__ = [
    "DeviceFacts",
    "DeviceHealth",
    "Fleet",
    "Gpu",
    "Order",
    "Outcome",
    "emulated_gpu",
    "find_gpus",
    "gpu_of",
]


@functools.cache
def _gpus() -> tuple[Gpu, ...]:
    return tuple(Gpu(device) for device in find_devices())


def find_gpus() -> list[Gpu]:
    """Give the GPUs of this machine; none where CuPy, a driver or a device is missing."""
    return list(_gpus())


def emulated_gpu() -> Gpu:
    """Give a GPU that is emulated on the CPU, for tests and development; raises DeviceError where g++ is missing."""
    return Gpu(EmulatedDevice())


def gpu_of(device: str | Gpu) -> Gpu:
    """Give a GPU by its id; ``cuda`` is the first one.

    Raises
    ------
    DeviceError
        There is none of this id, or no GPU at all; the message says what is missing.
    """
    if isinstance(device, Gpu):
        return device
    if not re.fullmatch(r"cuda(:\d+)?", str(device)):
        raise DeviceError(f"there is no device {device!r}: expected cpu, cuda, cuda:0, cuda:1…")
    gpus = {gpu.id: gpu for gpu in find_gpus()}
    if not gpus:
        expect_devices()
    wanted = "cuda:0" if device == "cuda" else device
    if wanted not in gpus:
        raise DeviceError(f"there is no device {device!r}: expected cpu, cuda or one of {', '.join(gpus) or 'none'}")
    return gpus[wanted]
