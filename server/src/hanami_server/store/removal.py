"""What users and projects own, counted and taken away; the files and networks behind the rows are the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.store.tables import Checkpoint, Cluster, Dataset, DeviceKey, Owned, Task, Template, Upload

# What is inside of others comes first, so that no row ever refers to one that is gone.
KINDS: tuple[type[Owned], ...] = (DeviceKey, Checkpoint, Task, Cluster, Dataset, Upload, Template)


@dataclass(frozen=True, slots=True)
class Removed:
    """Ids of rows that are gone, of which something else is left: networks, files."""

    clusters: Sequence[UUID] = ()
    checkpoints: Sequence[UUID] = ()
    datasets: Sequence[UUID] = ()
    uploads: Sequence[UUID] = ()


async def count_owned(session: AsyncSession, *, user_id: str | None = None, project_id: str | None = None) -> str:
    """Tell what a user, or a project, owns: "2 clusters, 1 dataset"; empty where there is nothing."""
    found = []
    for table in KINDS:
        condition = table.owner_id == user_id if user_id is not None else table.project_id == project_id
        number = await session.scalar(select(func.count()).select_from(table).where(condition))
        if number:
            name = table.__tablename__.replace("_", " ")
            found.append(f"{number} {name if number > 1 else name.removesuffix('s')}")
    return ", ".join(found)


async def remove_owned(session: AsyncSession, *, user_id: str | None = None, project_id: str | None = None) -> Removed:
    """Delete all rows that a user, or a project, owns, and what others made of the clusters among them."""
    owns = Cluster.owner_id == user_id if user_id is not None else Cluster.project_id == project_id
    clusters = (await session.scalars(select(Cluster.id).where(owns))).all()
    gone = {}
    for table in KINDS:
        condition: ColumnElement[bool] = (
            table.owner_id == user_id if user_id is not None else table.project_id == project_id
        )
        if hasattr(table, "cluster_id"):
            condition = or_(condition, table.cluster_id.in_(clusters))
        gone[table] = (await session.scalars(delete(table).where(condition).returning(table.id))).all()
    return Removed(gone[Cluster], gone[Checkpoint], gone[Dataset], gone[Upload])


async def remove_cluster(session: AsyncSession, cluster: Cluster) -> Removed:
    """Delete a cluster with everything that belongs to it."""
    of_cluster = delete(Checkpoint).where(Checkpoint.cluster_id == cluster.id)
    checkpoints = (await session.scalars(of_cluster.returning(Checkpoint.id))).all()
    await session.execute(delete(DeviceKey).where(DeviceKey.cluster_id == cluster.id))  # so that it is noticed
    await session.delete(cluster)
    return Removed(clusters=[cluster.id], checkpoints=checkpoints)
