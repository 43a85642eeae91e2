"""Everything in this folder needs a GPU: where there is none, it is skipped, and the reason says what is missing."""

from pathlib import Path

import pytest
from hanami_engine import DeviceError
from hanami_engine.cuda import real

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    ours = [item for item in items if HERE in item.path.parents]
    if not ours:
        return
    for item in ours:
        item.add_marker("gpu")
    try:
        real.expect_devices()
    except DeviceError as error:
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=f"NO GPU TESTED: {error}"))


@pytest.fixture(scope="session")
def device():
    return real.expect_devices()[0]


@pytest.fixture
def stream(device):
    return device.stream()
