"""States of clusters: copied, and put back to what was kept."""

import asyncio
from uuid import UUID, uuid4

from hanami_engine import SnapshotError
from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import EXAMPLE_ID
from hanami_server.contract.clusters import Cluster, ClusterCopy, ClusterGrowth, RestoreCreate
from hanami_server.contract.errors import ConflictError
from hanami_server.contract.op import Body, Rate, Reply, op
from hanami_server.fleet.admission import OtherTemplateError
from hanami_server.fleet.fleet import BusyError
from hanami_server.growth import Point, merge, thin
from hanami_server.routes.clusters import described
from hanami_server.routes.files import deleted_meanwhile, network_faults
from hanami_server.routes.references import get_referenced
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.growth import add_growth, read_growth, rewind_growth
from hanami_server.store.visibility import Viewer, get_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("states", __name__)


@blueprint.post("/v1/clusters/<uuid:cluster_id>/copy")
@op(
    id="copyCluster",
    tag="clusters",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Copy a cluster",
    description=(
        "As it is now; in the middle of a task, between two of its samples. The copy lies in the same project and "
        "belongs to whoever made it; it has the same past. Tasks and checkpoints stay with the original."
    ),
    body=Body(ClusterCopy, example={"name": "digits, another way"}),
    reply=Reply(201, Cluster, description="The new cluster."),
    errors=(409, 503),
)
async def copy_cluster(cluster_id: UUID, body: ClusterCopy) -> Cluster:
    """Write the state once more; goes on to its end although the client goes away."""
    return await asyncio.shield(_copy(services(), viewer(), cluster_id, body.name))


async def _copy(parts: Services, who: Viewer, cluster_id: UUID, name: str) -> Cluster:
    async with parts.database.reading() as session:
        original = await get_visible(session, tables.Cluster, who, cluster_id)
        await parts.quotas.expect_room(session, who.user_id, original.project_id, clusters=1)
    with network_faults():
        snapshot = await parts.fleet.snapshot(cluster_id)
    row = tables.Cluster(
        id=uuid4(),
        owner_id=who.user_id,
        project_id=original.project_id,
        name=name,
        template=original.template,
        seed=original.seed,
        host=original.host,
    )
    with parts.blobs.clusters.adding(row.id):
        stats = await asyncio.to_thread(parts.fleet.adopt, row.id, snapshot)
        row.synapse_bytes = stats.bytes
        grown, room = parts.fleet.growth(cluster_id), {"clusters": 1, "synapse_bytes": stats.bytes}
        async with change(row.id) as session:
            await parts.quotas.expect_room(session, row.owner_id, row.project_id, **room)
            history = merge(await read_growth(session, cluster_id), grown)
            session.add(row)
            await session.flush()
            until = [point for point in history if point.samples < stats.samples]
            await add_growth(session, row.id, [*until, Point.of(stats)])
    parts.hosts.choose(row.id, row.host)
    return described(row, stats)


@blueprint.post("/v1/clusters/<uuid:cluster_id>/restore")
@op(
    id="restoreCheckpoint",
    tag="clusters",
    rate=Rate.COSTLY,
    summary="Go back to a checkpoint",
    description="Of this cluster, or of another one with the same hexagons and settings; no task may wait or run.",
    body=Body(RestoreCreate, example={"checkpoint_id": EXAMPLE_ID}),
    reply=Reply(200, Cluster, description="The cluster as it was."),
    errors=(409, 503),
)
async def restore_checkpoint(cluster_id: UUID, body: RestoreCreate) -> Cluster:
    """Put the kept state in place; goes on to its end although the client goes away."""
    return await asyncio.shield(_restore(services(), viewer(), cluster_id, body.checkpoint_id))


async def _restore(parts: Services, who: Viewer, cluster_id: UUID, checkpoint_id: UUID) -> Cluster:
    async with parts.database.reading() as session:
        row = await get_visible(session, tables.Cluster, who, cluster_id)
        kept = await get_referenced(session, tables.Checkpoint, who, checkpoint_id, "checkpoint_id")
    with deleted_meanwhile():
        snapshot = await asyncio.to_thread(parts.blobs.checkpoints.path(checkpoint_id).read_bytes)
    try:
        stats = await parts.fleet.restore(cluster_id, row.template, snapshot)
    except BusyError as error:
        raise ConflictError("The cluster has tasks that wait or run; cancel them or wait.") from error
    except OtherTemplateError as error:
        raise ConflictError(f"The checkpoint belongs to another template: {error}.") from error
    except SnapshotError as error:
        raise ConflictError("The file of the checkpoint is damaged, or of an earlier version.") from error
    moment = tables.now()
    async with change() as session:
        row = await get_visible(session, tables.Cluster, who, cluster_id)
        row.updated_at, row.synapse_bytes = tables.now(), stats.bytes
        await rewind_growth(session, cluster_id, kept.cluster_id, Point.of(stats), moment)
    return described(row, stats)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/growth")
@op(
    id="readClusterGrowth",
    tag="clusters",
    verb="growth",
    summary="How a cluster grew",
    description=(
        "Points of its past: its creation, then about one a second while a task learns, more of them at the beginning; "
        "where they become too many, some in between are dropped. A cluster that is put back to a checkpoint has the "
        "past of the checkpoint's cluster up to there; a copy begins with the past of its original."
    ),
    reply=Reply(200, ClusterGrowth, description="The points."),
)
async def read_cluster_growth(cluster_id: UUID) -> ClusterGrowth:
    """Put what is kept and what the fleet has seen since together."""
    parts = services()
    grown = parts.fleet.growth(cluster_id)  # before what is kept is read: the task may end in between
    async with parts.database.reading() as session:
        await get_visible(session, tables.Cluster, viewer(), cluster_id)
        kept = await read_growth(session, cluster_id)
    return ClusterGrowth.model_validate({"points": thin(merge(kept, grown))})
