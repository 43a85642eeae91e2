"""Moves: on which host the network of a cluster lives."""

import asyncio
from contextlib import suppress
from uuid import UUID

from hanami_engine import DeviceError
from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.clusters import ClusterHost, ClusterMove
from hanami_server.contract.errors import ConflictError, ValidationFailedError
from hanami_server.contract.op import Body, Rate, Reply, op
from hanami_server.fleet.hosts import LostHostError, UnknownHostError
from hanami_server.fleet.placement import AUTO
from hanami_server.routes.conditions import get_for_change
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.visibility import Viewer
from hanami_server.telemetry.audit import change

blueprint = Blueprint("moves", __name__)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/host")
@op(
    id="getClusterHost",
    tag="clusters",
    verb="host",
    summary="Where a cluster lives",
    description="On which host its network is, or will be when it is needed, and whether somebody chose that.",
    reply=Reply(200, ClusterHost, description="The host."),
)
async def get_cluster_host(cluster_id: UUID) -> ClusterHost:
    """Ask the fleet."""
    parts = services()
    return _described(parts, await parts.rows.get_visible(tables.Cluster, viewer(), cluster_id))


@blueprint.put("/v1/clusters/<uuid:cluster_id>/host")
@op(
    id="moveCluster",
    tag="clusters",
    verb="move",
    conditional=True,
    rate=Rate.COSTLY,
    summary="Move a cluster to a host",
    description=(
        "It stays there until it is moved again. In the middle of a task or of a direct session it moves between two "
        "slices of samples, and nothing is lost; where the host cannot take it, it stays where it was. With `auto`, "
        "the default, it lives on the processors of the machine, and learns on a GPU while so many clusters learn at "
        "the same time that this is worth it."
    ),
    body=Body(ClusterMove, example={"host": AUTO}),
    reply=Reply(200, ClusterHost, description="Where it lives now."),
    errors=(409, 503),
)
async def move_cluster(cluster_id: UUID, body: ClusterMove) -> ClusterHost:
    """Move it; goes on to its end although the client goes away."""
    return await asyncio.shield(_move(services(), viewer(), cluster_id, body.host))


async def _move(parts: Services, who: Viewer, cluster_id: UUID, choice: str) -> ClusterHost:
    async with parts.database.reading() as session:  # before the work, and once more when it is kept
        await get_for_change(session, tables.Cluster, who, cluster_id)
    before = parts.hosts.choice(cluster_id)
    try:
        await parts.hosts.move(cluster_id, choice)
    except UnknownHostError as error:
        raise ValidationFailedError.of("host", "there is no such host") from error
    except LostHostError as error:
        raise ConflictError("The host does not answer any more.") from error
    try:
        async with change() as session:
            row = await get_for_change(session, tables.Cluster, who, cluster_id)
            row.host = choice
            await session.flush()
    except BaseException:
        parts.hosts.choose(cluster_id, before)
        with suppress(LostHostError, MemoryError, DeviceError):
            await parts.hosts.move(cluster_id, before)
        raise
    return _described(parts, row)


def _described(parts: Services, row: tables.Cluster) -> ClusterHost:
    return ClusterHost(host=parts.hosts.home(row.id), choice=row.host, version=row.version)
