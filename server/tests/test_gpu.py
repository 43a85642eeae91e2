"""The host that is a GPU: the bits are those of the CPU, and slices of many clusters are one launch."""

import asyncio
from uuid import uuid4

import pytest
from hanami_engine import InputError, Network
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.hosts import HostKind, HostState
from hanami_server.contract.tasks import TaskState
from hanami_server.fleet import pace
from hanami_server.fleet.gpu import GpuHost
from hanami_server.fleet.host import Act

from .gpu_floor import GPU, LOCAL, MANY, floor, gpu, on_gpu
from .test_fleet import LONG, ROWS, SPIKING, end_of, progress_of

__all__ = ["floor", "gpu"]  # fixtures


@pytest.mark.parametrize("seconds", [1e-6, 10])
async def test_slices_give_the_bytes_of_the_cpu(floor, gpu, monkeypatch, seconds):
    monkeypatch.setattr(pace, "SLICE_SECONDS", seconds)
    cluster_id = await on_gpu(floor, seed=3)
    event = await end_of(await floor.train(cluster_id, epochs=2))
    assert (event.state, event.progress.done) == (TaskState.FINISHED, 2 * ROWS)
    expected = floor.direct(epochs=2, seed=3)
    assert floor.hosts.home(cluster_id) == GPU
    assert await floor.fleet.snapshot(cluster_id) == expected.to_bytes()
    assert floor.file(cluster_id).to_bytes() == expected.to_bytes()
    assert event.progress.synapses == expected.stats().synapses
    assert sum(gpu.orders) > 2


async def test_answers_are_those_of_the_cpu(floor):
    cluster_id = await on_gpu(floor)
    await floor.train(cluster_id)
    event = await end_of(await floor.request(cluster_id))
    answers = DatasetReader(floor.blobs.datasets.path(event.result_dataset_id))
    expected = floor.direct().request_many(floor.images)
    assert (answers.read(["output"], 0, ROWS) == expected.outputs).all()
    assert (answers.read(["novelty"], 0, ROWS)[:, 0] == expected.novelty).all()


async def test_every_pass_is_a_stream_of_its_own(floor):
    cluster_id = await on_gpu(floor, template=SPIKING)
    await end_of(await floor.train(cluster_id, epochs=2))
    assert await floor.fleet.snapshot(cluster_id) == floor.direct(epochs=2, template=SPIKING).to_bytes()


async def test_slices_of_many_clusters_are_one_launch(floor, gpu, monkeypatch):
    monkeypatch.setattr(pace, "SLICE_SECONDS", 1e-6)  # many slices: the last task begins before the first one ends
    clusters = [await on_gpu(floor, seed=seed) for seed in range(MANY)]
    jobs = [await floor.train(cluster_id, epochs=3) for cluster_id in clusters]
    for job in jobs:
        assert (await end_of(job)).state is TaskState.FINISHED
    assert gpu.orders.count(MANY) >= 30
    for seed, cluster_id in enumerate(clusters):
        assert floor.file(cluster_id).to_bytes() == floor.direct(epochs=3, seed=seed).to_bytes()


async def test_nobody_starves_beside_a_long_task(floor):
    long = await floor.train(await on_gpu(floor), epochs=LONG)
    await progress_of(long)
    assert (await end_of(await floor.train(await on_gpu(floor)))).state is TaskState.FINISHED
    other = await on_gpu(floor)
    async with floor.fleet.lives.using(other) as live:
        await live.act(Act(floor.images[:1], floor.labels[:1], answer=True))
    assert long.state is TaskState.RUNNING


async def test_a_late_slice_grows_to_the_length_of_the_others(floor, gpu):
    """Rows of all networks count alike: whoever comes late does not stay short because launches are long."""
    told = []
    host = GpuHost(gpu)
    for _ in range(2):
        cluster_id = uuid4()
        await host.place(cluster_id, floor.direct().to_bytes())
        told.append(cluster_id)
    work = (await floor.train(await floor.cluster())).work
    short, long = await asyncio.gather(
        host.learn(told[0], work.inputs_of(0, 10), work.targets_of(0, 10)),
        host.learn(told[1], work.inputs_of(0, 1000), work.targets_of(0, 1000)),
    )
    assert gpu.orders[-1] == 2
    assert short.seconds == pytest.approx(long.seconds / 100)
    await host.close()


async def test_what_one_does_wrong_is_its_own(floor, gpu):
    good, bad = await on_gpu(floor), await on_gpu(floor)
    gpu.orders.clear()

    async def act(cluster_id, x):
        async with floor.fleet.lives.using(cluster_id) as live:
            return await live.act(Act(x, floor.labels[:3], answer=False))

    for cluster_id in (good, bad):
        await floor.fleet.ports(cluster_id)
    right, wrong = await asyncio.gather(
        act(good, floor.images[:3]), act(bad, floor.images[:3, :7]), return_exceptions=True
    )
    assert gpu.orders == [2]
    assert right.samples == 3
    assert isinstance(wrong, InputError)
    assert (await floor.fleet.stats(bad)).samples == 0


async def test_it_tells_what_it_is(floor, gpu):
    cluster_id = await on_gpu(floor)
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    local, host = await floor.fleet.hosts()
    assert (local.id, local.kind, local.state, local.device) == (LOCAL, HostKind.LOCAL, HostState.READY, None)
    assert (host.id, host.kind, host.state, host.device) == (GPU, HostKind.GPU, HostState.READY, gpu.facts().name)
    assert (host.memory_bytes, host.temperature_celsius, host.power_watts) == (gpu.facts().memory, None, None)
    assert 0 < host.memory_free_bytes < host.memory_bytes
    assert (host.clusters, host.running_tasks, local.clusters, local.running_tasks) == (1, 1, 0, 0)


async def test_who_goes_away_does_not_stop_a_launch(floor):
    cluster_id = await on_gpu(floor)
    await floor.train(cluster_id, epochs=LONG)
    impatient = [asyncio.create_task(floor.fleet.snapshot(cluster_id)) for _ in range(5)]
    await asyncio.sleep(0)
    for caller in impatient:
        caller.cancel()
    assert Network.from_bytes(await floor.fleet.snapshot(cluster_id)).template.input_size == 20
