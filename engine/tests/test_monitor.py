"""What NVIDIA's management library tells of a GPU, and what it refuses to."""

import sys
from types import SimpleNamespace

import pytest
from hanami_engine.cuda import monitor


class NvmlError(Exception):
    pass


@pytest.fixture
def nvml(monkeypatch):
    made = SimpleNamespace(
        NVMLError=NvmlError,
        NVML_TEMPERATURE_GPU=0,
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByPciBusId=lambda bus: bus,
        nvmlDeviceGetTemperature=lambda *_: 41,
        nvmlDeviceGetPowerUsage=lambda _: 123456,
    )
    monkeypatch.setitem(sys.modules, "pynvml", made)
    monitor._nvml.cache_clear()
    yield made
    monitor._nvml.cache_clear()


def refuse(*_):
    raise NvmlError


def test_a_device_is_found_by_its_bus(nvml):
    nvml.nvmlDeviceGetHandleByPciBusId = {b"0000:01:00.0": "gpu"}.__getitem__
    assert monitor.read("0000:01:00.0") == (41.0, 123.456)


@pytest.mark.parametrize(
    ("refused", "reading"),
    [
        ("nvmlInit", (None, None)),
        ("nvmlDeviceGetHandleByPciBusId", (None, None)),
        ("nvmlDeviceGetTemperature", (None, 123.456)),
        ("nvmlDeviceGetPowerUsage", (41.0, None)),
    ],
)
def test_what_is_refused_is_not_told(nvml, refused, reading):
    setattr(nvml, refused, refuse)
    assert monitor.read("0000:01:00.0") == reading


def test_the_real_library_knows_no_such_place():
    pytest.importorskip("pynvml", reason="nvidia-ml-py is not installed")
    assert monitor.read("0000:ff:1f.0") == (None, None)
