"""How warm a GPU is and how much power it draws, as NVIDIA's management library (NVML) has it."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, NamedTuple


class Reading(NamedTuple):
    """What NVML tells of a GPU; None where it does not.

    Attributes
    ----------
    temperature : float or None
        In degrees Celsius.
    power : float or None
        In watts.
    """

    temperature: float | None
    power: float | None


def read(bus: str) -> Reading:
    """Read what NVML tells of the GPU at a PCI bus id, such as ``0000:00:04.0``.

    CUDA and NVML may count the GPUs of a machine differently; the bus id is the same for both.
    """
    nvml = _nvml()
    if nvml is None:
        return Reading(None, None)
    try:
        gpu = nvml.nvmlDeviceGetHandleByPciBusId(bus.encode())
    except nvml.NVMLError:
        return Reading(None, None)
    return Reading(
        _number(nvml, "nvmlDeviceGetTemperature", gpu, nvml.NVML_TEMPERATURE_GPU),
        _number(nvml, "nvmlDeviceGetPowerUsage", gpu, unit=1e-3),
    )


def _number(nvml: Any, name: str, *arguments: object, unit: float = 1.0) -> float | None:  # noqa: ANN401  untyped
    """Ask for one number: a GPU may have a thermometer and tell nothing of its power."""
    try:
        return float(getattr(nvml, name)(*arguments)) * unit
    except nvml.NVMLError:
        return None


@cache
def _nvml() -> Any:  # noqa: ANN401
    """Give the bindings of NVML, once for the life of the process, or None where there is no such library."""
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        return None
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return None
    return nvml
