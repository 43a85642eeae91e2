"""What is kept of tasks while they run."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.blobs.ranges import DatasetInfo
from hanami_server.contract.tasks import TaskEvent, TaskState
from hanami_server.growth import Point
from hanami_server.store.database import Database
from hanami_server.store.growth import add_growth
from hanami_server.store.quotas import UNFINISHED, Quotas
from hanami_server.store.tables import Cluster, Dataset, Task, now

INTERRUPTED = "interrupted by a restart of the server"


class TaskRecords:
    """Keeps the states of tasks for the fleet, each change in a transaction of its own."""

    def __init__(self, database: Database, quotas: Quotas) -> None:
        self._database, self._quotas = database, quotas

    async def started(self, task_id: UUID) -> None:
        """Keep that a task runs."""
        async with self._database.writing() as session:
            await session.execute(
                update(Task).where(Task.id == task_id).values(state=TaskState.RUNNING.value, started_at=now())
            )

    async def grew(self, cluster_id: UUID, points: Sequence[Point]) -> None:
        """Add to the history of a cluster, if it is still there."""
        async with self._database.writing() as session:
            if await session.scalar(select(Cluster.id).where(Cluster.id == cluster_id)) is not None:
                await add_growth(session, cluster_id, points)

    async def sized(self, cluster_id: UUID, size: int) -> None:
        """Keep how many bytes a network takes; raises ConflictError where its owner may not have that many."""
        async with self._database.writing() as session:
            cluster = await session.scalar(select(Cluster).where(Cluster.id == cluster_id))
            if cluster is not None:
                more = {"synapse_bytes": size - cluster.synapse_bytes}
                await self._quotas.expect_room(session, cluster.owner_id, cluster.project_id, **more)
                await note_size(session, cluster_id, size)

    async def ended(self, event: TaskEvent, made: DatasetInfo | None) -> bool:
        """Keep the end of a task, with the dataset it made; False where the task is gone."""
        async with self._database.writing() as session:
            task = await session.scalar(select(Task).where(Task.id == event.task_id))
            if task is None:
                return False
            if made is not None:
                room = {"dataset_bytes": made.bytes}
                await self._quotas.expect_room(session, task.owner_id, task.project_id, **room)
                session.add(_result_of(task, event, made))
                await session.flush()
            task.state, task.error, task.finished_at = event.state.value, event.error, now()
            task.progress = event.progress.model_dump()
            task.result_dataset_id = event.result_dataset_id
            await note_size(session, task.cluster_id, event.progress.bytes)
            return True


def _result_of(task: Task, event: TaskEvent, made: DatasetInfo) -> Dataset:
    return Dataset(
        id=event.result_dataset_id,
        owner_id=task.owner_id,
        project_id=task.project_id,
        name=task.request["result_name"],
        **asdict(made),
    )


async def note_size(session: AsyncSession, cluster_id: UUID, size: int) -> None:
    """Keep how much memory a network takes; that is no change of the cluster, whose version and moment stay."""
    await session.execute(
        update(Cluster).where(Cluster.id == cluster_id).values(synapse_bytes=size, updated_at=Cluster.updated_at)
    )


async def fail_interrupted(session: AsyncSession) -> None:
    """Give up what a server that is no more left unfinished."""
    await session.execute(
        update(Task)
        .where(Task.state.in_(UNFINISHED))
        .values(state=TaskState.FAILED.value, error=INTERRUPTED, finished_at=now())
    )
