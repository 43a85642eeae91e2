"""The host that is a GPU, on the kernels that run on a GPU, compiled for the host: the bits are those of the CPU."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import numpy as np
import pytest
from hanami_engine import DeviceLostError, InputError, Network, Template, warm_up
from hanami_engine.cuda import Gpu, emulated_gpu
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.hosts import HostKind, HostState
from hanami_server.contract.tasks import TaskState
from hanami_server.fleet import gpu as gpu_room
from hanami_server.fleet import hosts as hosts_room
from hanami_server.fleet import pace
from hanami_server.fleet.gpu import GpuHost
from hanami_server.fleet.host import Act, Mark
from hanami_server.fleet.hosts import LostHostError, UnknownHostError
from hanami_server.fleet.placement import AUTO, best_host, is_worth_it
from hypothesis import given, settings
from hypothesis import strategies as st

from .test_fleet import LONG, ROWS, SPIKING, TEMPLATE, Floor, end_of, progress_of

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


# What it does


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
    expected = Network(Template.parse(SPIKING))
    expected.announce(2 * ROWS)
    for _ in range(2):
        expected.rest()
        expected.learn_many(floor.images, floor.labels)
    await end_of(await floor.train(cluster_id, epochs=2))
    assert await floor.fleet.snapshot(cluster_id) == expected.to_bytes()


async def test_slices_of_many_clusters_are_one_launch(floor, gpu):
    clusters = [await on_gpu(floor, seed=seed) for seed in range(MANY)]
    jobs = [await floor.train(cluster_id, epochs=10) for cluster_id in clusters]
    for job in jobs:
        await progress_of(job)
    gpu.orders.clear()
    for job in jobs:
        assert (await end_of(job)).state is TaskState.FINISHED
    assert gpu.orders[:3] == [MANY] * 3
    assert np.mean(gpu.orders) > MANY / 2
    for seed, cluster_id in enumerate(clusters):
        assert floor.file(cluster_id).to_bytes() == floor.direct(epochs=10, seed=seed).to_bytes()


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


# Moving


async def test_a_task_moves_in_its_middle(floor):
    cluster_id = await floor.cluster(seed=5)
    job = await floor.train(cluster_id, epochs=20)
    moves = 0
    while job.state in {TaskState.QUEUED, TaskState.RUNNING}:
        await floor.hosts.move(cluster_id, (GPU, LOCAL)[moves % 2])
        moves += 1
        await asyncio.sleep(0.01)
    assert moves > 2
    assert job.state is TaskState.FINISHED
    assert floor.file(cluster_id).to_bytes() == floor.direct(epochs=20, seed=5).to_bytes()


acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["learn", "ask"]), st.integers(0, ROWS - 4), st.integers(1, 4)),
        st.tuples(st.sampled_from(["move", "rest", "save", "stats"])),
    ),
    max_size=25,
)


async def play(floor, script):
    """Play a script on a new cluster, beside the engine alone."""
    cluster_id, network = await floor.cluster(template=SPIKING), Network(Template.parse(SPIKING))
    moves, sequence = [], 0
    async with floor.fleet.lives.using(cluster_id) as live:
        for number, (name, *rows) in enumerate(script):
            part = slice(rows[0], sum(rows)) if rows else None
            if name == "learn":
                sequence += 1
                mark = ("s", Mark(sequence, 1e12, "ann"))
                act = Act(floor.images[part], floor.labels[part], answer=True, mark=mark)
                effect, report = await live.act(act), network.learn_many(act.inputs, act.targets, answer=True)
                np.testing.assert_array_equal(effect.answers[0].values, report.outputs)
                assert (effect.loss, effect.samples) == (report.loss, network.samples)
            elif name == "ask" and network.samples:
                effect = await live.act(Act(floor.images[part], None, answer=True))
                np.testing.assert_array_equal(effect.answers[0].values, network.predict_many(floor.images[part]))
            elif name == "rest":
                sequence += 1
                network.rest()
                await live.rest(("s", Mark(sequence, 1e12, "ann")))
            elif name == "move":  # while what follows goes on
                moves.append(asyncio.create_task(floor.hosts.move(cluster_id, (GPU, LOCAL)[number % 2])))
            elif name == "stats":
                assert await live.stats() == network.stats()
            elif name == "save":
                await live.save()
        await asyncio.gather(*moves)
        assert await floor.fleet.snapshot(cluster_id) == network.to_bytes()
        assert (await live.mark("s") or Mark(0, 0, "")).sequence == sequence


def test_any_script_on_any_host_is_that_of_the_engine(tmp_path):
    """A direct session whose network moves while it speaks to it: to the bit, and with its marks."""
    with asyncio.Runner() as runner:
        floor = Floor(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'hanami.db'}", gpus=[GpuHost(emulated_gpu())])
        runner.run(floor.open())

        @settings(max_examples=40, deadline=None)
        @given(script=acts)
        def try_it(script):
            runner.run(play(floor, script))

        try_it()
        runner.run(floor.fleet.close())
        runner.run(floor.database.close())


async def test_a_move_that_fails_leaves_everything_as_it_was(floor, monkeypatch):
    async def place(*_):
        raise MemoryError("no room")

    cluster_id = await floor.cluster()
    await end_of(await floor.train(cluster_id))
    monkeypatch.setattr(floor.hosts._gpus[GPU], "place", place)
    with pytest.raises(MemoryError):
        await floor.hosts.move(cluster_id, GPU)
    assert (floor.hosts.home(cluster_id), floor.hosts.choice(cluster_id)) == (LOCAL, AUTO)
    assert await floor.fleet.snapshot(cluster_id) == floor.direct().to_bytes()


async def test_a_host_without_room_is_left_out_when_a_cluster_comes(floor, monkeypatch):
    async def place(*_):
        raise MemoryError("no room")

    cluster_id = await floor.cluster()
    floor.hosts.choose(cluster_id, GPU)
    monkeypatch.setattr(floor.hosts._gpus[GPU], "place", place)
    assert floor.hosts.home(cluster_id) == GPU
    assert (await end_of(await floor.train(cluster_id))).state is TaskState.FINISHED
    assert (floor.hosts.home(cluster_id), floor.hosts.choice(cluster_id)) == (LOCAL, GPU)


async def test_a_cluster_that_is_not_needed_moves_when_it_is(floor):
    cluster_id = await floor.cluster()
    await floor.hosts.move(cluster_id, GPU)
    assert not floor.hosts.holds(cluster_id)
    await floor.fleet.stats(cluster_id)
    assert [host.clusters for host in await floor.fleet.hosts()] == [0, 1]
    with pytest.raises(UnknownHostError):
        await floor.hosts.move(cluster_id, "elsewhere")


async def test_a_network_that_is_too_large_for_a_gpu_nobody_chose_learns_at_home(tmp_path, database_url):
    small = GpuHost(Gpu(EmulatedDevice(), budget=1))
    floor = Floor(tmp_path, database_url, gpus=[small], gpu_from=1)
    await floor.open()
    cluster_id, wanted = await floor.cluster(), await floor.cluster()
    await floor.hosts.move(wanted, GPU)
    assert (await end_of(await floor.train(cluster_id))).state is TaskState.FINISHED
    assert floor.file(cluster_id).to_bytes() == floor.direct().to_bytes()
    event = await end_of(await floor.train(wanted))
    assert (event.state, "no memory" in event.error) == (TaskState.FAILED, True)
    await floor.fleet.close()
    await floor.database.close()


async def test_going_back_to_a_state_on_a_gpu(floor):
    cluster_id = await on_gpu(floor)
    first = await floor.fleet.snapshot(cluster_id)
    await end_of(await floor.train(cluster_id))
    await floor.fleet.restore(cluster_id, TEMPLATE, first)
    assert floor.hosts.home(cluster_id) == GPU
    assert await floor.fleet.snapshot(cluster_id) == first == floor.file(cluster_id).to_bytes()


# The rule


@given(gpu_from=st.integers(1, 200), steps=st.lists(st.integers(-40, 40)))
def test_worth_a_gpu(gpu_from, steps):
    """From so many on, and until fewer than half of them are left; in between it stays as it was."""
    learning, already = 0, False
    for step in steps:
        learning, before = max(0, learning + step), already
        already = is_worth_it(learning, gpu_from, already=before)
        assert already or learning < gpu_from
        assert not already or learning >= gpu_from / 2
        if gpu_from / 2 <= learning < gpu_from:
            assert already == before


names = st.sampled_from(["cuda-0", "cuda-1", "cuda-2"])


@given(
    choice=st.one_of(st.sampled_from([AUTO, LOCAL, "gone"]), names),
    here=st.one_of(st.just(LOCAL), names),
    free=st.dictionaries(names, st.integers(0, 100)),
    worth_it=st.booleans(),
)
def test_where_a_cluster_should_live(choice, here, free, worth_it):
    best = best_host(choice, here, free, worth_it=worth_it)
    assert best == LOCAL or best in free
    if choice != AUTO:
        assert best == (choice if choice in free else LOCAL)
    elif not worth_it or not free:
        assert best == LOCAL
    else:
        assert best == here if here in free else free[best] == max(free.values())


async def test_many_that_learn_go_to_the_gpu_and_come_back(floor, monkeypatch):
    kept = await floor.cluster()
    floor.hosts.choose(kept, LOCAL)
    clusters = [await floor.cluster() for _ in range(MANY)]
    first = [await floor.train(cluster_id, epochs=LONG) for cluster_id in clusters[:-1]]
    for job in first:
        await progress_of(job)
    assert {floor.hosts.home(cluster_id) for cluster_id in clusters} == {LOCAL}
    last = [await floor.train(cluster_id, epochs=LONG) for cluster_id in (clusters[-1], kept)]
    for job in last:
        await progress_of(job)
    assert [floor.hosts.home(item) for item in (*clusters, kept)] == [LOCAL] * (MANY - 1) + [GPU, LOCAL]
    for job in first[: MANY // 2 + 1]:
        await floor.fleet.cancel(job.task_id)
    assert floor.hosts.home(clusters[-1]) == GPU
    await floor.fleet.cancel(first[-1].task_id)  # three are left of eight
    done = None
    async for event in last[0].feed.listen():
        if done is not None and event.progress.done > done:  # it goes on there
            break
        if floor.hosts.home(clusters[-1]) == LOCAL:
            done = event.progress.done


async def test_the_gpu_with_the_most_room_is_taken(tmp_path, database_url):
    devices = [EmulatedDevice(memory=memory) for memory in (1 << 28, 1 << 29)]
    devices[1].id = "emulated:1"
    floor = Floor(tmp_path, database_url, gpus=[GpuHost(Gpu(device)) for device in devices], gpu_from=1)
    await floor.open()
    clusters = [await floor.cluster() for _ in range(2)]
    first = await floor.train(clusters[0], epochs=LONG)
    await progress_of(first)
    assert floor.hosts.home(clusters[0]) == "emulated-1"
    devices[1].broken = True
    assert (await end_of(first)).state is TaskState.FAILED
    await progress_of(await floor.train(clusters[1], epochs=LONG))
    assert floor.hosts.home(clusters[1]) == GPU
    await floor.fleet.close()
    await floor.database.close()


# A device that is lost


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


def test_the_room_of_hosts_knows_no_gpu():
    """A server without any imports what it needs, and no more."""
    assert not hasattr(hosts_room, "GpuHost")
