"""Clusters: networks that live on the server."""

import asyncio
from uuid import UUID, uuid4

from hanami_engine import SnapshotError, Stats, TemplateError
from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import EXAMPLE_ID, NamedQuery, Rename
from hanami_server.contract.clusters import (
    TEMPLATE_EXAMPLE,
    Cluster,
    ClusterCreate,
    ClusterPage,
    ClusterStatistics,
    ClusterSummary,
    RestoreCreate,
)
from hanami_server.contract.errors import ConflictError, ValidationFailedError
from hanami_server.contract.op import NO_CONTENT, Body, Rate, Reply, op
from hanami_server.fleet.fleet import BusyError, OtherTemplateError
from hanami_server.routes.conditions import get_for_change
from hanami_server.routes.files import deleted_meanwhile
from hanami_server.routes.references import get_referenced
from hanami_server.routes.removal import clear
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.removal import remove_cluster
from hanami_server.store.visibility import Viewer, get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("clusters", __name__)


@blueprint.post("/v1/clusters")
@op(
    id="createCluster",
    tag="clusters",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Create a cluster",
    description="A network after this template, or one that suits its first data; connected to nothing yet.",
    body=Body(ClusterCreate, example={"name": "digits", "template": TEMPLATE_EXAMPLE, "seed": 0}),
    reply=Reply(201, Cluster, description="The new cluster."),
    errors=(409,),
)
async def create_cluster(body: ClusterCreate) -> Cluster:
    """Lay out the network; goes on to its end although the client goes away."""
    return await asyncio.shield(_create(services(), viewer(), viewer().home(), body))


async def _create(parts: Services, who: Viewer, project_id: str, body: ClusterCreate) -> Cluster:
    item = uuid4()
    async with parts.database.reading() as session:  # before the work, and once more when it is kept
        await parts.quotas.expect_room(session, who.user_id, project_id, clusters=1)
    with parts.blobs.clusters.adding(item):
        try:
            laid = await asyncio.to_thread(parts.fleet.create, item, body.template, body.seed)
        except TemplateError as error:
            raise ValidationFailedError.of("template", str(error)) from error
        except MemoryError as error:
            raise ValidationFailedError.of("template", f"settings.memory_limit: {error}") from error
        row = tables.Cluster(
            id=item,
            owner_id=who.user_id,
            project_id=project_id,
            name=body.name,
            template=laid.template,
            seed=body.seed,
            synapse_bytes=laid.stats.bytes,
        )
        async with change(item) as session:
            room = {"clusters": 1, "synapse_bytes": laid.stats.bytes}
            await parts.quotas.expect_room(session, who.user_id, project_id, **room)
            session.add(row)
    return _described(row, laid.stats)


async def _with_statistics(parts: Services, row: tables.Cluster) -> Cluster:
    with deleted_meanwhile():
        stats = await parts.fleet.stats(row.id)
    return _described(row, stats)


def _described(row: tables.Cluster, stats: Stats) -> Cluster:
    statistics = ClusterStatistics.model_validate(stats)
    return Cluster(**ClusterSummary.model_validate(row).model_dump(), statistics=statistics)


@blueprint.get("/v1/clusters")
@op(
    id="listClusters",
    tag="clusters",
    summary="List the clusters",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, ClusterPage, description="Part of the clusters."),
)
async def list_clusters(query: NamedQuery) -> Page[tables.Cluster]:
    """Read a page of clusters."""
    async with services().database.reading() as session:
        return await read_page(session, select_visible(tables.Cluster, viewer()), tables.Cluster, query)


@blueprint.get("/v1/clusters/<uuid:cluster_id>")
@op(
    id="getCluster",
    tag="clusters",
    summary="Get a cluster",
    description="With what has grown up to now, also in the middle of a task.",
    for_devices=True,
    reply=Reply(200, Cluster, description="The cluster."),
    errors=(503,),
)
async def get_cluster(cluster_id: UUID) -> Cluster:
    """Read one cluster and count what it is made of."""
    parts = services()
    return await _with_statistics(parts, await parts.rows.get_visible(tables.Cluster, viewer(), cluster_id))


@blueprint.patch("/v1/clusters/<uuid:cluster_id>")
@op(
    id="updateCluster",
    tag="clusters",
    conditional=True,
    summary="Rename a cluster",
    description="The network stays as it is.",
    body=Body(Rename, example={"name": "digits of 2026"}),
    reply=Reply(200, Cluster, description="The cluster as it is now."),
    errors=(409, 503),
)
async def update_cluster(cluster_id: UUID, body: Rename) -> Cluster:
    """Give it another name."""
    async with change() as session:
        row = await get_for_change(session, tables.Cluster, viewer(), cluster_id)
        row.name = body.name
        await session.flush()
    return await _with_statistics(services(), row)


@blueprint.delete("/v1/clusters/<uuid:cluster_id>")
@op(
    id="deleteCluster",
    tag="clusters",
    conditional=True,
    summary="Delete a cluster",
    description="With its tasks, which are stopped, and its checkpoints; the datasets of its answers stay.",
    reply=NO_CONTENT,
)
async def delete_cluster(cluster_id: UUID) -> None:
    """Stop and forget it; goes on to its end although the client goes away."""
    await asyncio.shield(_delete(services(), viewer(), cluster_id))


async def _delete(parts: Services, who: Viewer, cluster_id: UUID) -> None:
    """Delete the row first: from then on nobody can begin anything new with the cluster."""
    async with change() as session:
        removed = await remove_cluster(session, await get_for_change(session, tables.Cluster, who, cluster_id))
    await clear(parts, removed)


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
        await get_referenced(session, tables.Checkpoint, who, checkpoint_id, "checkpoint_id")
    with deleted_meanwhile():
        snapshot = await asyncio.to_thread(parts.blobs.checkpoints.path(checkpoint_id).read_bytes)
    try:
        await parts.fleet.restore(cluster_id, row.template, snapshot)
    except BusyError as error:
        raise ConflictError("The cluster has tasks that wait or run; cancel them or wait.") from error
    except OtherTemplateError as error:
        raise ConflictError("The checkpoint belongs to another template.") from error
    except SnapshotError as error:
        raise ConflictError("The file of the checkpoint is damaged, or of an earlier version.") from error
    with deleted_meanwhile():
        stats = await parts.fleet.stats(cluster_id)
    async with change() as session:
        row = await get_visible(session, tables.Cluster, who, cluster_id)
        row.updated_at = tables.now()
        row.synapse_bytes = stats.bytes
    return _described(row, stats)
