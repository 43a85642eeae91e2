"""Several hosts: clusters move between them, and go where the rule says."""

import asyncio

import numpy as np
import pytest
from hanami_engine import Network, Template
from hanami_engine.cuda import Gpu, emulated_gpu
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_server.contract.tasks import TaskState
from hanami_server.fleet.gpu import GpuHost
from hanami_server.fleet.host import Act, Mark
from hanami_server.fleet.hosts import UnknownHostError
from hanami_server.fleet.placement import AUTO, best_host, is_worth_it
from hypothesis import given, settings
from hypothesis import strategies as st

from .gpu_floor import GPU, LOCAL, MANY, floor, gpu, on_gpu
from .test_fleet import LONG, ROWS, SPIKING, TEMPLATE, Floor, end_of, progress_of

__all__ = ["floor", "gpu"]  # fixtures


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
