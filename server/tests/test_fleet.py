"""The fleet on real networks, real files and a real database."""

import asyncio
from itertools import pairwise
from uuid import uuid4

import numpy as np
import pytest
from hanami_engine import Network, SnapshotError, Template, warm_up
from hanami_server.blobs.columns import Column
from hanami_server.blobs.files import Blobs
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.writer import writing_dataset
from hanami_server.contract.quotas import Limits
from hanami_server.contract.tasks import TaskState
from hanami_server.fleet import fleet as fleet_room
from hanami_server.fleet import pace
from hanami_server.fleet.admission import OtherTemplateError
from hanami_server.fleet.feed import Feed
from hanami_server.fleet.fleet import BusyError, Fleet, LineFullError
from hanami_server.fleet.hosts import Hosts
from hanami_server.fleet.job import Job
from hanami_server.fleet.local import LocalHost
from hanami_server.fleet.pace import Pace
from hanami_server.fleet.work import RequestWork, TrainWork
from hanami_server.store import tables
from hanami_server.store.database import Database
from hanami_server.store.quotas import Quotas
from hanami_server.store.tasks import INTERRUPTED, TaskRecords, fail_interrupted

ROWS, PIXELS = 3000, 20
MEMORY_LIMIT = 1 << 30
TEMPLATE = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, size: 20}
  - {position: [2, 1, 1], type: internal, size: 64}
  - {position: [3, 1, 1], type: output, size: 4}
"""
LONG = 10_000  # epochs that no test waits for


class Floor:
    """A fleet with everything around it, and short ways to give it work."""

    def __init__(self, folder, database_url, threads=1, **more):
        self.hosts = Hosts(LocalHost(threads), **more)
        self.blobs = Blobs(folder)
        self.database = Database(database_url)
        self.fleet = Fleet(
            self.hosts,
            self.blobs,
            TaskRecords(self.database, Quotas(Limits(), Limits(), lambda _: 0)),
            MEMORY_LIMIT,
        )
        self.owner = {"owner_id": "ann", "project_id": "p"}
        random = np.random.default_rng(0)
        self.images = random.integers(0, 256, (ROWS, PIXELS), np.uint8)
        self.labels = (self.images[:, :1] // 64).astype(np.uint8)
        path = folder / "samples"
        with writing_dataset(path, [Column("x", "uint8", PIXELS), Column("y", "uint8", 1)]) as dataset:
            dataset.append([self.images, self.labels])
        self.samples = DatasetReader(path)

    async def open(self):
        await self.database.migrate()
        async with self.database.writing() as session:
            session.add_all([tables.User(id="ann", name="Ann", password_hash="", is_admin=False)])
            session.add_all([tables.Project(id="p", name="P")])

    async def cluster(self, seed=0, template=TEMPLATE):
        row = tables.Cluster(id=uuid4(), name="c", template=template, seed=seed, **self.owner)
        await asyncio.to_thread(self.fleet.create, row.id, template, seed)
        async with self.database.writing() as session:
            session.add(row)
        return row.id

    async def give(self, cluster_id, work):
        job = Job(uuid4(), cluster_id, work, await self.fleet.stats(cluster_id))
        row = tables.Task(
            id=job.task_id,
            cluster_id=cluster_id,
            type="train" if isinstance(work, TrainWork) else "request",
            state="queued",
            request={"result_name": "answers"},
            progress={},
            **self.owner,
        )
        async with self.database.writing() as session:
            session.add(row)
        self.fleet.submit(job)
        return job

    async def train(self, cluster_id, epochs=1):
        return await self.give(cluster_id, TrainWork(self.samples, ("x",), ("y",), epochs))

    async def request(self, cluster_id):
        return await self.give(cluster_id, RequestWork(self.samples, ("x",)))

    async def row(self, job):
        async with self.database.writing() as session:
            return await session.get(tables.Task, job.task_id)

    def file(self, cluster_id):
        return Network.load(self.blobs.clusters.path(cluster_id))

    def direct(self, epochs=1, seed=0, template=TEMPLATE):
        network = Network(Template.parse(template), seed=seed)
        network.announce(epochs * ROWS)
        for _ in range(epochs):
            network.rest()
            network.learn_many(self.images, self.labels)
        return network


async def heard(job):
    """Everything that a listener hears."""
    return [event async for event in job.feed.listen()]


async def end_of(job):
    return (await heard(job))[-1]


async def progress_of(job):
    """Wait until a job has done something."""
    async for event in job.feed.listen():
        if event.progress.done:
            return


@pytest.fixture
async def floor(tmp_path, database_url):
    warm_up()
    floor = Floor(tmp_path, database_url)
    await floor.open()
    yield floor
    await floor.fleet.close()
    await floor.database.close()


@pytest.mark.parametrize("seconds", [1e-6, 1e-3, 10])
async def test_slices_give_the_bytes_of_one_call(floor, monkeypatch, seconds):
    monkeypatch.setattr(pace, "SLICE_SECONDS", seconds)
    cluster_id = await floor.cluster(seed=3)
    event = await end_of(await floor.train(cluster_id, epochs=2))
    assert event.state is TaskState.FINISHED
    assert event.progress.done == event.progress.total == 2 * ROWS
    expected = floor.direct(epochs=2, seed=3)
    assert await floor.fleet.snapshot(cluster_id) == expected.to_bytes()
    assert floor.file(cluster_id).to_bytes() == expected.to_bytes()
    assert event.progress.synapses == expected.stats().synapses


async def test_answers_become_a_dataset(floor):
    cluster_id = await floor.cluster()
    await floor.train(cluster_id)
    job = await floor.request(cluster_id)
    event = await end_of(job)
    assert event.state is TaskState.FINISHED
    answers = DatasetReader(floor.blobs.datasets.path(event.result_dataset_id))
    expected = floor.direct().request_many(floor.images)
    assert (answers.read(["output"], 0, ROWS) == expected.outputs).all()
    assert (answers.read(["novelty"], 0, ROWS)[:, 0] == expected.novelty).all()
    assert event.progress.novelty == pytest.approx(expected.novelty.mean())
    async with floor.database.writing() as session:
        dataset = await session.get(tables.Dataset, event.result_dataset_id)
    assert (dataset.rows, dataset.name, dataset.owner_id) == (ROWS, "answers", "ann")
    assert dataset.bytes == floor.blobs.datasets.path(dataset.id).stat().st_size
    assert (await floor.row(job)).result_dataset_id == dataset.id


async def test_a_long_task_does_not_hold_up_other_clusters(floor):
    long = await floor.train(await floor.cluster(), epochs=LONG)
    await progress_of(long)
    for _ in range(3):
        assert (await end_of(await floor.train(await floor.cluster()))).state is TaskState.FINISHED
    assert long.state is TaskState.RUNNING
    assert long.feed.latest.progress.done < long.work.total


async def test_tasks_of_a_cluster_run_in_order(floor):
    cluster_id = await floor.cluster()
    jobs = [await floor.train(cluster_id), await floor.request(cluster_id), await floor.train(cluster_id)]
    await end_of(jobs[-1])
    rows = [await floor.row(job) for job in jobs]
    assert [row.state for row in rows] == ["finished"] * 3
    assert all(first.finished_at <= second.started_at for first, second in pairwise(rows))


async def test_a_cancelled_training_keeps_what_it_learned(floor):
    cluster_id = await floor.cluster()
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    await floor.fleet.cancel(job.task_id)
    assert job.state is TaskState.CANCELLED
    assert (await floor.row(job)).state == "cancelled"
    assert floor.file(cluster_id).stats().samples == job.feed.latest.progress.done > 0
    assert (await end_of(await floor.train(cluster_id))).state is TaskState.FINISHED


async def test_cancelling_what_waits_and_what_is_over(floor):
    cluster_id = await floor.cluster()
    running, waiting = await floor.train(cluster_id, epochs=LONG), await floor.request(cluster_id)
    await asyncio.gather(floor.fleet.cancel(waiting.task_id), floor.fleet.cancel(waiting.task_id))
    assert waiting.state is TaskState.CANCELLED
    assert (await floor.row(waiting)).state == "cancelled"
    assert running.state is TaskState.RUNNING
    await floor.fleet.cancel(running.task_id)
    await floor.fleet.cancel(running.task_id)
    assert running.state is TaskState.CANCELLED


async def test_a_stopped_request_leaves_no_file(floor, monkeypatch):
    for name in ("FIRST_ROWS", "FEWEST_ROWS", "FASTEST_GROWTH"):  # row by row: long enough to be stopped
        monkeypatch.setattr(pace, name, 1)
    cluster_id = await floor.cluster()
    await floor.train(cluster_id)
    job = await floor.request(cluster_id)
    await progress_of(job)
    await floor.fleet.cancel(job.task_id)
    assert job.state is TaskState.CANCELLED
    assert not list(floor.blobs.datasets.root.iterdir())


async def test_a_failure_tells_why_and_leaves_a_valid_network(floor):
    cluster_id = await floor.cluster()
    job = await floor.give(cluster_id, TrainWork(floor.samples, ("y",), ("y",), 1))
    event = await end_of(job)
    assert event.state is TaskState.FAILED
    assert "expected shape (n, 20)" in event.error
    assert (await floor.row(job)).error == event.error
    assert (await end_of(await floor.train(cluster_id))).state is TaskState.FINISHED
    assert floor.file(cluster_id).to_bytes() == floor.direct().to_bytes()


async def test_a_task_without_memory_fails_and_goes_on_later(floor, monkeypatch):
    async def place(*_):
        raise MemoryError("no addresses")

    cluster_id, other = await floor.cluster(), await floor.cluster()
    job = Job(uuid4(), cluster_id, TrainWork(floor.samples, ("x",), ("y",), 1), await floor.fleet.stats(other))
    with monkeypatch.context() as patch:
        patch.setattr(floor.fleet._hosts, "place", place)
        floor.fleet.submit(job)
        event = await end_of(job)
    assert (event.state, event.error) == (TaskState.FAILED, f"{fleet_room.NO_MEMORY}: no addresses")
    assert (await end_of(await floor.train(cluster_id))).state is TaskState.FINISHED
    assert floor.file(cluster_id).to_bytes() == floor.direct().to_bytes()


@pytest.mark.parametrize("where", ["place", "write"])
async def test_going_back_fails_as_a_whole(floor, monkeypatch, where):
    cluster_id = await floor.cluster()
    first = await floor.fleet.snapshot(cluster_id)
    await end_of(await floor.train(cluster_id))
    learned = await floor.fleet.snapshot(cluster_id)

    async def place(*_):
        raise MemoryError("no addresses")

    def write(*_):
        raise OSError("no room")

    with monkeypatch.context() as patch:
        if where == "place":
            patch.setattr(floor.fleet._hosts, "place", place)
        else:
            patch.setattr("hanami_server.fleet.residents.write_atomically", write)
        with pytest.raises((MemoryError, OSError)):
            await floor.fleet.restore(cluster_id, TEMPLATE, first)
    assert await floor.fleet.snapshot(cluster_id) == learned == floor.file(cluster_id).to_bytes()
    await floor.fleet.restore(cluster_id, TEMPLATE, first)
    assert await floor.fleet.snapshot(cluster_id) == first == floor.file(cluster_id).to_bytes()


SPIKING = TEMPLATE + "settings: {neuron_cooldown: 2, refractory_time: 3}\n"


async def test_every_pass_is_a_stream_of_its_own(floor):
    """Whatever was shown before, and whether the network was away in between: the answers are the same."""
    cluster_id = await floor.cluster(template=SPIKING)
    expected = floor.direct(epochs=2, template=SPIKING)
    await end_of(await floor.train(cluster_id, epochs=2))
    assert await floor.fleet.snapshot(cluster_id) == expected.to_bytes()
    expected.rest()
    answers = expected.predict_many(floor.images)
    for _ in range(2):
        event = await end_of(await floor.request(cluster_id))
        kept = DatasetReader(floor.blobs.datasets.path(event.result_dataset_id))
        assert (kept.read(["output"], 0, ROWS) == answers).all()


async def test_a_cluster_without_its_file_fails_and_harms_nobody(floor):
    cluster_id, other = await floor.cluster(), await floor.cluster()
    job = Job(uuid4(), cluster_id, TrainWork(floor.samples, ("x",), ("y",), 1), await floor.fleet.stats(other))
    floor.blobs.clusters.delete(cluster_id)
    floor.fleet.submit(job)
    assert (await end_of(job)).state is TaskState.FAILED
    assert (await end_of(await floor.train(other))).state is TaskState.FINISHED


async def test_a_stop_saves_every_cluster(tmp_path, database_url):
    floor = Floor(tmp_path, database_url, threads=2)
    await floor.open()
    clusters = [await floor.cluster() for _ in range(3)]
    running = [await floor.train(cluster_id, epochs=LONG) for cluster_id in clusters]
    waiting = await floor.train(clusters[0])
    for job in running:
        await progress_of(job)
    await floor.fleet.close()
    for cluster_id, job in zip(clusters, running, strict=True):
        row = await floor.row(job)
        assert (row.state, row.error) == ("failed", "the server was stopped")
        assert floor.file(cluster_id).stats().samples == row.progress["done"] > 0
    assert (await floor.row(waiting)).state == "failed"
    await floor.database.close()


async def test_a_checkpoint_in_the_middle_of_a_training(floor):
    cluster_id = await floor.cluster()
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    first, second = [Network.from_bytes(await floor.fleet.snapshot(cluster_id)).stats().samples for _ in range(2)]
    assert 0 < first <= second
    assert job.state is TaskState.RUNNING


async def test_going_back_to_a_state(floor):
    cluster_id = await floor.cluster()
    await end_of(await floor.train(cluster_id))
    kept = await floor.fleet.snapshot(cluster_id)
    running = await floor.train(cluster_id, epochs=LONG)
    with pytest.raises(BusyError):
        await floor.fleet.restore(cluster_id, TEMPLATE, kept)
    await floor.fleet.cancel(running.task_id)
    with pytest.raises(OtherTemplateError):
        await floor.fleet.restore(cluster_id, TEMPLATE.replace("size: 64", "size: 65"), kept)
    axon = "axons: [{from: [1, 1, 1], to: [3, 1, 1]}]\n"
    for other in (TEMPLATE + axon, TEMPLATE + "settings: {fan_out: 3}\n"):
        with pytest.raises(OtherTemplateError):
            await floor.fleet.restore(cluster_id, other, kept)
    with pytest.raises(SnapshotError):
        await floor.fleet.restore(cluster_id, TEMPLATE, kept[:-1])
    assert await floor.fleet.snapshot(cluster_id) != kept
    await floor.fleet.restore(cluster_id, TEMPLATE, kept)
    assert await floor.fleet.snapshot(cluster_id) == kept
    assert floor.file(cluster_id).to_bytes() == kept


async def test_a_removed_cluster_stays_removed(floor):
    cluster_id = await floor.cluster()
    running, waiting = await floor.train(cluster_id, epochs=LONG), await floor.train(cluster_id)
    await progress_of(running)
    async with floor.database.writing() as session:
        await session.delete(await session.get(tables.Cluster, cluster_id))
    await floor.fleet.remove(cluster_id)
    floor.blobs.clusters.delete(cluster_id)
    assert running.state is waiting.state is TaskState.CANCELLED
    late = Job(uuid4(), cluster_id, running.work, running._stats)
    floor.fleet.submit(late)
    assert floor.fleet.latest(late.task_id) is None
    assert not list(floor.blobs.clusters.root.iterdir())


async def test_clusters_make_room_and_come_back(tmp_path, database_url, monkeypatch):
    monkeypatch.setattr(fleet_room, "IDLE_RESIDENTS", 1)
    floor = Floor(tmp_path, database_url)
    await floor.open()
    clusters = [await floor.cluster(seed) for seed in range(3)]
    for _ in range(2):
        for cluster_id in clusters:
            await end_of(await floor.train(cluster_id))
    for seed, cluster_id in enumerate(clusters):
        network = floor.direct(seed=seed)
        network.announce(ROWS)
        network.learn_many(floor.images, floor.labels)
        assert await floor.fleet.snapshot(cluster_id) == network.to_bytes()
    assert len(floor.fleet._residents._residents) == 1
    await floor.fleet.close()
    await floor.database.close()


async def test_who_goes_away_does_not_free_the_network(floor):
    cluster_id = await floor.cluster()
    await floor.train(cluster_id, epochs=LONG)
    impatient = [asyncio.create_task(floor.fleet.snapshot(cluster_id)) for _ in range(20)]
    await asyncio.sleep(0)
    for caller in impatient:
        caller.cancel()
    assert Network.from_bytes(await floor.fleet.snapshot(cluster_id)).template.input_size == PIXELS


async def test_too_long_a_line(floor, monkeypatch):
    monkeypatch.setattr(fleet_room, "LONGEST_LINE", 2)
    cluster_id = await floor.cluster()
    for _ in range(2):
        floor.fleet.expect_room(cluster_id)
        await floor.train(cluster_id, epochs=LONG)
    with pytest.raises(LineFullError):
        floor.fleet.expect_room(cluster_id)


async def test_tasks_that_a_crash_left_are_given_up(floor):
    cluster_id = await floor.cluster()
    job = await floor.train(cluster_id, epochs=LONG)
    await progress_of(job)
    async with floor.database.writing() as session:
        await fail_interrupted(session)
    row = await floor.row(job)
    assert (row.state, row.error) == ("failed", INTERRUPTED)
    assert row.finished_at is not None


async def test_listeners_hear_the_latest_and_the_last():
    feed = Feed(0)
    listener = feed.listen()
    assert await anext(listener) == 0
    feed.publish(1)
    feed.publish(2)
    assert await anext(listener) == 2
    feed.publish(3, last=True)
    assert [item async for item in listener] == [3]
    assert [item async for item in feed.listen()] == [3]


async def test_listeners_hear_something_after_a_long_silence(monkeypatch):
    monkeypatch.setattr("hanami_server.fleet.feed.HEARTBEAT_SECONDS", 0.01)
    listener = Feed("still here").listen()
    assert [await anext(listener) for _ in range(3)] == ["still here"] * 3


def test_pace_finds_the_length_of_a_slice():
    rhythm, sizes = Pace(), []
    for start, stop in rhythm.slices(100_000):
        sizes.append(stop - start)
        rhythm.measured(stop - start, (stop - start) / 2**17)
    assert sum(sizes) == 100_000
    expected = int(2**17 * pace.SLICE_SECONDS)
    assert sizes[:4] == [64, 256, 1024, expected]
    assert set(sizes[4:-1]) == {expected}


def test_pace_follows_a_network_that_gets_slow():
    rhythm = Pace()
    rhythm.measured(64, 1000)
    assert next(rhythm.slices(100)) == (0, pace.FEWEST_ROWS)
