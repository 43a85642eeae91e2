"""A fleet with a GPU: the kernels that run on a GPU, compiled for the host, and a device that can be broken."""

import pytest
from hanami_engine import warm_up
from hanami_engine.cuda import Gpu
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_server.fleet.gpu import GpuHost

from .test_fleet import Floor

GPU, LOCAL = "emulated-0", "local"
MANY = 8


class Watched(Gpu):
    """A GPU that remembers how many orders each call had, and can be broken."""

    def __init__(self):
        self.device = EmulatedDevice()
        super().__init__(self.device)
        self.orders, self.breaks = [], False

    def run(self, orders):
        self.orders.append(len(orders))
        outcomes = super().run(orders)
        self.device.broken = self.device.broken or self.breaks
        return outcomes


@pytest.fixture
def gpu():
    return Watched()


@pytest.fixture
async def floor(tmp_path, database_url, gpu):
    warm_up()
    floor = Floor(tmp_path, database_url, gpus=[GpuHost(gpu)], gpu_from=MANY)
    await floor.open()
    yield floor
    await floor.fleet.close()
    await floor.database.close()


async def on_gpu(floor, **more):
    """A cluster that somebody wants on the GPU."""
    cluster_id = await floor.cluster(**more)
    await floor.hosts.move(cluster_id, GPU)
    return cluster_id
