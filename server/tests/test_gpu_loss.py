"""A GPU that is lost: what it takes with it, and that everything else goes on."""

import asyncio
from contextlib import suppress

import pytest
from hanami_engine import DeviceLostError, Network, Template
from hanami_server.contract.hosts import HostState
from hanami_server.contract.tasks import TaskState
from hanami_server.fleet import gpu as gpu_room
from hanami_server.fleet.gpu import GpuHost
from hanami_server.fleet.host import Act, Mark
from hanami_server.fleet.hosts import LostHostError
from hypothesis import given, settings
from hypothesis import strategies as st

from .gpu_floor import GPU, LOCAL, Watched, floor, gpu, on_gpu
from .test_fleet import LONG, ROWS, TEMPLATE, Floor, end_of, progress_of

__all__ = ["floor", "gpu"]  # fixtures


async def test_a_lost_device_takes_no_more_than_it_must(floor, gpu, monkeypatch):
    monkeypatch.setattr(gpu_room, "COUNT_SECONDS", 0.05)
    clusters = [await on_gpu(floor, seed=seed) for seed in range(3)]
    elsewhere = await floor.train(await floor.cluster(seed=9), epochs=3)
    running = [await floor.train(cluster_id, epochs=LONG) for cluster_id in clusters[:2]]
    waiting = await floor.train(clusters[0])
    for job in running:
        await progress_of(job)
    gpu.device.broken = True
    for cluster_id, job in zip(clusters, running, strict=False):
        event = await end_of(job)
        assert event.state is TaskState.FAILED
        assert event.error.startswith(f"the host {GPU} was lost, and with it the last ")
        lost = int(event.error.split()[-2])
        kept = floor.file(cluster_id)
        assert kept.stats().samples == event.progress.done - lost
        assert floor.hosts.home(cluster_id) == LOCAL
    assert (await end_of(waiting)).state is TaskState.FINISHED  # on the processors, from what was left
    assert (await end_of(elsewhere)).state is TaskState.FINISHED
    assert (await floor.fleet.stats(clusters[2])).samples == 0
    assert floor.hosts.home(clusters[2]) == LOCAL
    lost = (await floor.fleet.hosts())[1]
    assert (lost.state, lost.clusters, lost.memory_free_bytes) == (HostState.LOST, 0, None)
    with pytest.raises(LostHostError):
        await floor.hosts.move(clusters[0], GPU)


async def test_what_a_lost_device_had_learned_is_what_the_cpu_would_have(floor, gpu):
    cluster_id = await on_gpu(floor, seed=4)
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    gpu.device.broken = True
    await end_of(job)
    kept, expected = floor.file(cluster_id), Network(Template.parse(TEMPLATE), seed=4)
    expected.announce(LONG * ROWS)
    samples = kept.stats().samples
    for start in range(0, samples, ROWS):
        rows = slice(0, min(ROWS, samples - start))
        expected.learn_many(floor.images[rows], floor.labels[rows])
    assert kept.to_bytes() == expected.to_bytes()


class Listener:
    """Who speaks to a network."""

    def __init__(self):
        self.heard = []

    def saved(self, marks):
        self.heard.append(dict(marks))

    def removed(self):
        raise AssertionError

    def fell_back(self):
        self.heard.append("fell back")


async def test_marks_go_back_as_far_as_the_network(floor, gpu):
    """A session is never told that it was learned what was not: it sends that again, and it is learned once."""
    cluster_id, listener = await on_gpu(floor), Listener()
    async with floor.fleet.lives.using(cluster_id) as live:
        live.listeners.add(listener)
        network = Network(Template.parse(TEMPLATE))

        async def learn(number):
            row = slice(number, number + 1)
            await live.act(Act(floor.images[row], floor.labels[row], False, ("s", Mark(number, 1e12, "ann"))))

        for number in range(1, 8):
            await learn(number)
            if number == 4:
                await live.save()
        gpu.device.broken = True
        with pytest.raises(DeviceLostError, match=f"the host {GPU} was lost, and with it the last 3 samples"):
            await learn(8)
        assert listener.heard == [{"s": Mark(4, 1e12, "ann")}, "fell back"]
        assert (await live.mark("s")).sequence == 4
        for number in range(1, 10):
            network.learn(floor.images[number], int(floor.labels[number, 0]))
            if number > 4:
                await learn(number)
        assert await floor.fleet.snapshot(cluster_id) == network.to_bytes()


async def test_a_copy_that_nobody_asked_for_has_its_marks(floor, gpu):
    """The engine brings networks home by itself, where others need their room."""
    cluster_id = await on_gpu(floor)
    place = floor.hosts
    async with floor.fleet.lives.using(cluster_id) as live:
        for number in range(1, 6):
            row = slice(number, number + 1)
            await live.act(Act(floor.images[row], floor.labels[row], False, ("s", Mark(number, 1e12, "ann"))))
            if number == 3:
                place._gpus[GPU]._places[cluster_id].network.place.come_home()
        gpu.device.broken = True
        with pytest.raises(DeviceLostError, match="the last 2 samples"):
            await live.act(Act(floor.images[:1], floor.labels[:1], answer=False))
        assert (await live.mark("s")).sequence == 3
        assert (await live.stats()).samples == 3


async def speak(folder, url, steps, end):
    """Learn frame by frame with steps in between, lose the device, and send again what the mark does not know."""
    gpu = Watched()
    floor = Floor(folder, url, gpus=[GpuHost(gpu)])
    cluster_id, sent = await on_gpu(floor), 0
    async with floor.fleet.lives.using(cluster_id) as live:

        async def learn(number):
            row = slice(number, number + 1)
            await live.act(Act(floor.images[row], floor.labels[row], False, ("s", Mark(number + 1, 1e12, "ann"))))

        for step in steps:
            if step == "learn":
                await learn(sent)
                sent += 1
            elif step == "save":
                await live.save()
            elif step == "stats":
                await live.stats()
            else:
                floor.hosts._gpus[GPU]._places[cluster_id].network.place.come_home()
        gpu.device.broken, gpu.breaks = end == "before", True
        with suppress(DeviceLostError):
            await learn(sent)  # lost as it is learned, or by the next that is asked of the device
        with suppress(DeviceLostError):
            await learn(sent + 1)
        mark = await live.mark("s")
        known = mark.sequence if mark else 0
        assert known <= sent
        assert (await live.stats()).samples == known
        network = Network(Template.parse(TEMPLATE))
        for number in range(sent + 2):
            network.learn(floor.images[number], int(floor.labels[number, 0]))
            if number >= known:
                await learn(number)
        assert await floor.fleet.snapshot(cluster_id) == network.to_bytes()
    await floor.fleet.close()
    await floor.database.close()


def test_every_frame_is_learned_once_whenever_the_device_is_lost(tmp_path_factory):
    folder = tmp_path_factory.mktemp("database")
    url = f"sqlite+aiosqlite:///{folder / 'hanami.db'}"
    with asyncio.Runner() as runner:
        floor = Floor(folder, url)
        runner.run(floor.open())

        @settings(max_examples=40, deadline=None)
        @given(
            steps=st.lists(st.sampled_from(["learn", "learn", "learn", "save", "stats", "home"]), max_size=12),
            end=st.sampled_from(["before", "behind"]),
        )
        def try_it(steps, end):
            runner.run(speak(tmp_path_factory.mktemp("floor"), url, steps, end))

        try_it()
        runner.run(floor.fleet.close())
        runner.run(floor.database.close())


async def test_what_is_lost_between_a_launch_and_its_answers(floor, gpu):
    """One network is counted when the device is found lost; a session of another stood in the same launch."""
    clusters = [await on_gpu(floor) for _ in range(2)]
    work = (await floor.train(await floor.cluster())).work
    for cluster_id in clusters:
        await floor.fleet.ports(cluster_id)
    first = Act(floor.images[:1], floor.labels[:1], False, ("s", Mark(1, 1e12, "ann")))
    await floor.hosts.act(clusters[1], first)
    await floor.hosts.image(clusters[1])
    gpu.breaks = True
    outcomes = await asyncio.gather(
        floor.hosts.learn(clusters[0], work.inputs_of(0, 10), work.targets_of(0, 10)),
        floor.hosts.act(clusters[1], first._replace(mark=("s", Mark(2, 1e12, "ann")))),
        return_exceptions=True,
    )
    assert gpu.orders[-1] == 2
    assert [type(outcome) for outcome in outcomes] == [DeviceLostError] * 2
    assert (await floor.hosts.marks(clusters[1]))["s"].sequence == 1
    assert [(await floor.fleet.stats(cluster_id)).samples for cluster_id in clusters] == [0, 1]


async def test_a_network_that_cannot_be_rescued_goes_on_from_its_file(floor, gpu, monkeypatch, caplog):
    async def rescue(_):
        raise MemoryError("no addresses")

    cluster_id = await on_gpu(floor)
    await end_of(await floor.train(cluster_id))
    monkeypatch.setattr(floor.hosts._gpus[GPU], "rescue", rescue)
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    gpu.device.broken = True
    assert (await end_of(job)).state is TaskState.FAILED
    assert "goes on from its file" in caplog.text
    assert await floor.fleet.snapshot(cluster_id) == floor.direct().to_bytes()


async def test_who_waits_for_a_network_that_falls_back_does_not_change_it(floor, gpu):
    """A frame that comes while its network goes home would follow frames that are lost."""
    cluster_id = await on_gpu(floor)
    host = floor.hosts._gpus[GPU]
    async with floor.fleet.lives.using(cluster_id) as live:
        await live.act(Act(floor.images[:1], floor.labels[:1], answer=False))
        async with floor.hosts._alone(cluster_id) as gate:
            waiting = asyncio.create_task(live.act(Act(floor.images[:1], floor.labels[:1], answer=False)))
            asking = asyncio.create_task(live.ports())
            await asyncio.sleep(0.01)
            gate.error = host.loss(cluster_id)
        with pytest.raises(DeviceLostError):
            await waiting
        assert (await asking).inputs
