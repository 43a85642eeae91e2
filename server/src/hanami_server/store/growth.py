"""The history of clusters: points that are added in one go when a network was saved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.growth import Point, merge, thin
from hanami_server.store.tables import Growth


async def read_growth(session: AsyncSession, cluster_id: UUID) -> list[Point]:
    """Read the history of a cluster, in the order of samples."""
    rows = select(Growth).where(Growth.cluster_id == cluster_id).order_by(Growth.samples)
    return [Point(row.samples, row.at, row.statistics) for row in await session.scalars(rows)]


async def add_growth(session: AsyncSession, cluster_id: UUID, points: Sequence[Point]) -> None:
    """Add to the history of a cluster, in the place of points with as many samples; thins what becomes too long."""
    before = await read_growth(session, cluster_id)
    await replace_growth(session, cluster_id, thin(merge(before, points)), before)


async def replace_growth(
    session: AsyncSession, cluster_id: UUID, after: Sequence[Point], before: Sequence[Point]
) -> None:
    """Make one history of another; writes only what differs."""
    gone = {point.samples for point in before if point not in after}
    if gone:
        await session.execute(delete(Growth).where(Growth.cluster_id == cluster_id, Growth.samples.in_(gone)))
    new = [point for point in after if point not in before]
    session.add_all(
        Growth(cluster_id=cluster_id, samples=point.samples, at=point.at, statistics=dict(point.statistics))
        for point in new
    )
    await session.flush()


async def rewind_growth(session: AsyncSession, cluster_id: UUID, source_id: UUID, now: Point, moment: datetime) -> None:
    """Let the history of a cluster lead to a state that it was put to: that of `source_id`, up to there.

    What was learned since `moment`, when the state was put in place, stays.
    """
    before = await read_growth(session, cluster_id)
    source = before if source_id == cluster_id else await read_growth(session, source_id)
    later = [point for point in before if point.at > moment and point.samples > now.samples]
    after = merge([point for point in source if point.samples < now.samples], [now], later)
    await replace_growth(session, cluster_id, thin(after), before)
