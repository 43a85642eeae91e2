"""The fleet: every cluster's tasks one after the other, all clusters side by side."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID, uuid4

from hanami_engine import DeviceLostError, EngineError, Network, Stats

from hanami_server.blobs.files import Blobs, write_atomically
from hanami_server.blobs.ranges import DatasetInfo, describe
from hanami_server.contract.errors import ConflictError
from hanami_server.contract.hosts import Host as HostAnswer
from hanami_server.contract.tasks import TaskEvent, TaskState
from hanami_server.fleet import runners
from hanami_server.fleet.admission import admit, expect_state
from hanami_server.fleet.host import Ports
from hanami_server.fleet.hosts import Hosts
from hanami_server.fleet.job import InterruptedTaskError, Job
from hanami_server.fleet.live import Lives
from hanami_server.fleet.placement import AUTO
from hanami_server.fleet.records import TaskStore
from hanami_server.fleet.residents import Residents
from hanami_server.fleet.work import RequestWork, TrainWork
from hanami_server.growth import Point

LONGEST_LINE = 100  # tasks of one cluster that may wait
IDLE_RESIDENTS = 64
WATCH_SECONDS = 1.0
WORTH_NOTING = 1.05  # times as large as noted
NO_MEMORY = "the server has no memory left for this cluster"
STOPPED = "the server was stopped"
INTERNAL = "internal error; the log of the server has the details"

log = logging.getLogger("hanami_server")


class LineFullError(Exception):
    """So many tasks of the cluster wait already."""


class BusyError(Exception):
    """The cluster has tasks that wait or run."""


class Laid(NamedTuple):
    """A new cluster: the text of its template, and what it is made of."""

    template: str
    stats: Stats


class Fleet:
    """Runs the tasks of all clusters; lives on the event loop.

    Parameters
    ----------
    hosts : Hosts
    blobs : Blobs
    tasks : TaskStore
    memory_limit : int
        Most bytes that the template of a new cluster may allow.
    save_seconds : float
        How often networks are saved that are spoken to directly.

    Attributes
    ----------
    lives : Lives
        The networks that are spoken to directly.
    """

    def __init__(
        self, hosts: Hosts, blobs: Blobs, tasks: TaskStore, memory_limit: int, save_seconds: float = 10.0
    ) -> None:
        self._hosts, self._blobs, self._tasks, self._memory_limit = hosts, blobs, tasks, memory_limit
        self._residents = Residents(hosts, blobs.clusters, IDLE_RESIDENTS)
        self.lives = Lives(hosts, self._residents, tasks, save_seconds)
        hosts.listen(self._fall_back)
        self._jobs: dict[UUID, Job] = {}
        self._lines: dict[UUID, deque[Job]] = {}
        self._workers: dict[UUID, asyncio.Task[None]] = {}
        self._gone: set[UUID] = set()
        self._stopping = False

    async def hosts(self) -> list[HostAnswer]:
        """Tell where networks live, and what is done there now."""
        running = (job for job in self._jobs.values() if job.state is TaskState.RUNNING)
        tasks = Counter(self._hosts.home(job.cluster_id) for job in running)
        found = await self._hosts.facts()
        return [HostAnswer(id=host, **facts._asdict(), running_tasks=tasks[host]) for host, facts in found]

    def create(self, cluster_id: UUID, template: str | None, seed: int) -> Laid:
        """Write the file of a new cluster; call on a thread.

        Raises
        ------
        TemplateError
            The template cannot be used, or not on this server.
        MemoryError
            The system grants no addresses for as much memory as it allows.
        """
        network = Network(admit(template, self._memory_limit), seed=seed)
        write_atomically(self._blobs.clusters.path(cluster_id), network.to_bytes())
        return Laid(network.template.text, network.stats())

    def adopt(self, cluster_id: UUID, snapshot: bytes) -> Stats:
        """Write the file of a new cluster that is in some state already; call on a thread.

        Raises
        ------
        SnapshotError
            The bytes are damaged, or of another version of the engine.
        MemoryError
            The system grants no addresses for the network.
        """
        stats = Network.from_bytes(snapshot).stats()
        write_atomically(self._blobs.clusters.path(cluster_id), snapshot)
        return stats

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data a cluster takes by now."""
        async with self._residents.using(cluster_id):
            return await self._hosts.ports(cluster_id)

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what a cluster is made of."""
        async with self._residents.using(cluster_id):
            return await self._hosts.stats(cluster_id)

    def growth(self, cluster_id: UUID) -> list[Point]:
        """Tell how a cluster grew in the task that it works on now; that is kept when the task ends."""
        line = self._lines.get(cluster_id)
        return line[0].growth.points() if line else []

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the state of a cluster, at a border of slices where it has a running task."""
        async with self._residents.using(cluster_id):
            return await self._hosts.snapshot(cluster_id)

    async def restore(self, cluster_id: UUID, template: str, snapshot: bytes) -> Stats:
        """Put a cluster back to a state; tells what it is made of then.

        Raises
        ------
        BusyError
            The cluster has tasks that wait or run, or is being removed.
        OtherTemplateError
            The state belongs to another template.
        SnapshotError
            The bytes are damaged, or of another version of the engine.
        MemoryError
            The system grants no addresses for the network.
        """
        stats = await asyncio.to_thread(expect_state, template, snapshot)
        if cluster_id in self._lines or cluster_id in self._gone:
            raise BusyError
        await self._residents.replace(cluster_id, snapshot)
        return stats

    async def remove(self, cluster_id: UUID) -> None:
        """End all tasks and sessions of a cluster and forget it; its files may be deleted afterwards."""
        self._gone.add(cluster_id)
        for job in self._lines.get(cluster_id, ()):
            job.interrupt(TaskState.CANCELLED)
        if cluster_id in self._workers:
            await asyncio.shield(self._workers[cluster_id])
        await self.lives.remove(cluster_id)
        await self._residents.evict(cluster_id)
        self._hosts.choose(cluster_id, AUTO)

    def expect_room(self, cluster_id: UUID) -> None:
        """Raise LineFullError where too many tasks of a cluster wait."""
        if len(self._lines.get(cluster_id, ())) >= LONGEST_LINE:
            raise LineFullError

    def submit(self, job: Job) -> None:
        """Run a task when all earlier ones of its cluster are done; one of a removed cluster is dropped."""
        if job.cluster_id in self._gone:
            return
        if self._stopping:
            job.interrupt(TaskState.FAILED, STOPPED)
        self._jobs[job.task_id] = job
        self._lines.setdefault(job.cluster_id, deque()).append(job)
        if job.cluster_id not in self._workers:
            self._workers[job.cluster_id] = asyncio.create_task(self._work(job.cluster_id))

    def latest(self, task_id: UUID) -> TaskEvent | None:
        """Return how a task is now; None for one that neither waits nor runs."""
        job = self._jobs.get(task_id)
        return job.feed.latest if job else None

    def listen(self, task_id: UUID) -> AsyncIterator[TaskEvent] | None:
        """Follow a task to its end; None for one that neither waits nor runs."""
        job = self._jobs.get(task_id)
        return job.feed.listen() if job else None

    async def cancel(self, task_id: UUID) -> None:
        """Stop a task at the next border of slices, and wait until it has ended."""
        job = self._jobs.get(task_id)
        if job is None:
            return
        job.interrupt(TaskState.CANCELLED)
        line = self._lines[job.cluster_id]
        if job in line and line[0] is not job:
            line.remove(job)
            await asyncio.shield(self._give_up(job, TaskState.CANCELLED, None))
        async for _ in job.feed.listen():
            pass

    def stop(self) -> None:
        """Ask all tasks to end at the next border of slices, as failed."""
        self._stopping = True
        for job in self._jobs.values():
            job.interrupt(TaskState.FAILED, STOPPED)

    async def close(self) -> None:
        """Stop, wait until every cluster is saved, and end the host."""
        self.stop()
        await asyncio.gather(*self._workers.values())
        await self._hosts.close()

    async def _work(self, cluster_id: UUID) -> None:
        line = self._lines[cluster_id]
        while line:
            await self._run(line[0])
            line.popleft()
        del self._lines[cluster_id], self._workers[cluster_id]

    async def _run(self, job: Job) -> None:
        try:
            job.check()
            job.begin()
            await self._tasks.started(job.task_id)
            if isinstance(job.work, TrainWork):
                await self._train(job, job.work)
            else:
                await self._request(job, job.work)
        except InterruptedTaskError as interruption:
            await self._give_up(job, interruption.state, interruption.reason)
        except EngineError as error:
            await self._give_up(job, TaskState.FAILED, str(error))
        except ConflictError as refusal:
            await self._give_up(job, TaskState.FAILED, refusal.message)
        except MemoryError as error:
            await self._give_up(job, TaskState.FAILED, f"{NO_MEMORY}: {error}")
        except Exception:
            log.exception("task %s failed", job.task_id)
            await self._give_up(job, TaskState.FAILED, INTERNAL)

    async def _train(self, job: Job, work: TrainWork) -> None:
        """Learn; the network is saved, also where it was stopped in the middle."""
        async with self._residents.using(job.cluster_id), self._hosts.learning(job.cluster_id):
            watch = asyncio.create_task(self._watch_size(job))
            try:
                await runners.train(self._hosts, job, work)
            finally:
                watch.cancel()
                await self._residents.save(job.cluster_id)
                await self._keep_growth(job)
        await self._finish(job)

    async def _watch_size(self, job: Job) -> None:
        """Stop a task once its network has become larger than its owner may have."""
        noted = job.feed.latest.progress.bytes
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            size = job.feed.latest.progress.bytes
            if size < WORTH_NOTING * noted:
                continue
            try:
                await self._tasks.sized(job.cluster_id, size)
            except ConflictError as refusal:
                job.interrupt(TaskState.FAILED, refusal.message)
                return
            except Exception:
                log.exception("the size of cluster %s could not be kept", job.cluster_id)
            noted = size

    async def _keep_growth(self, job: Job) -> None:
        """Add to the history of a cluster that was saved; a task does not fail for want of it."""
        try:
            learned = (await self._hosts.stats(job.cluster_id)).samples  # not all that it saw, where its host was lost
            points = [point for point in job.growth.points() if point.samples <= learned]
            if points:
                await self._tasks.grew(job.cluster_id, points)
        except Exception:
            log.exception("how cluster %s grew could not be kept", job.cluster_id)

    async def _request(self, job: Job, work: RequestWork) -> None:
        """Answer; the dataset and the end of the task are kept together or not at all."""
        dataset_id = uuid4()
        with self._blobs.datasets.adding(dataset_id) as path:
            async with self._residents.using(job.cluster_id):
                await runners.request(self._hosts, job, work, path)
            await self._finish(job, dataset_id, await asyncio.to_thread(describe, path))

    async def _finish(self, job: Job, dataset_id: UUID | None = None, made: DatasetInfo | None = None) -> None:
        event = job.ending(TaskState.FINISHED, None, dataset_id)
        if not await self._tasks.ended(event, made):
            raise InterruptedTaskError(TaskState.CANCELLED, None)
        self._tell_end(job, event)

    async def _give_up(self, job: Job, state: TaskState, reason: str | None) -> None:
        event = job.ending(state, reason, None)
        try:
            await self._tasks.ended(event, None)
        except Exception:
            log.exception("the end of task %s could not be kept", job.task_id)
        self._tell_end(job, event)

    def _fall_back(self, cluster_id: UUID, error: DeviceLostError) -> None:
        """Give up what is being done with a network that goes on from an earlier state, for its host was lost."""
        for job in self._lines.get(cluster_id, ()):
            if job.state is TaskState.RUNNING:
                job.interrupt(TaskState.FAILED, str(error))
        self.lives.fall_back(cluster_id)

    def _tell_end(self, job: Job, event: TaskEvent) -> None:
        del self._jobs[job.task_id]
        job.feed.publish(event, last=True)
