"""Clusters: networks that live on the server."""

import asyncio
from uuid import UUID, uuid4

from hanami_engine import Stats
from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import NamedQuery, Rename
from hanami_server.contract.clusters import (
    Cluster,
    ClusterCreate,
    ClusterPage,
    ClusterStatistics,
    ClusterSummary,
)
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.op import NO_CONTENT, SVG, YAML, Body, Rate, Reply, op
from hanami_server.contract.templates import TEMPLATE_EXAMPLE
from hanami_server.fleet.layouts import draw
from hanami_server.growth import Point
from hanami_server.routes.conditions import get_for_change
from hanami_server.routes.files import network_faults
from hanami_server.routes.references import get_referenced
from hanami_server.routes.removal import clear
from hanami_server.routes.texts import read_kept, template_faults
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.growth import add_growth
from hanami_server.store.paging import read_page
from hanami_server.store.removal import remove_cluster
from hanami_server.store.visibility import Viewer, select_visible
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
    template, field = body.template, "template"
    if body.template_id is not None:
        async with parts.database.reading() as session:
            kept = await get_referenced(session, tables.Template, who, body.template_id, "template_id")
        template, field = kept.text, "template_id"
    with parts.blobs.clusters.adding(item):
        try:
            with template_faults(field):
                laid = await asyncio.to_thread(parts.fleet.create, item, template, body.seed)
        except MemoryError as error:
            raise ValidationFailedError.of(field, f"settings.memory_limit: {error}") from error
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
            await session.flush()
            await add_growth(session, item, [Point.of(laid.stats)])
    return described(row, laid.stats)


async def _count(parts: Services, cluster_id: UUID) -> Stats:
    with network_faults():
        return await parts.fleet.stats(cluster_id)


async def _find(parts: Services, cluster_id: UUID) -> tables.Cluster:
    return await parts.rows.get_visible(tables.Cluster, viewer(), cluster_id)


def described(row: tables.Cluster, stats: Stats) -> Cluster:
    """Put a row and what was counted together."""
    statistics = ClusterStatistics.model_validate(stats)
    return Cluster(**_summarized(row).model_dump(), statistics=statistics)


def _summarized(row: tables.Cluster) -> ClusterSummary:
    """Tell where it lives, which the row does not know: that has the host that somebody chose."""
    return ClusterSummary.model_validate(row).model_copy(update={"host": services().hosts.home(row.id)})


@blueprint.get("/v1/clusters")
@op(
    id="listClusters",
    tag="clusters",
    summary="List the clusters",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, ClusterPage, description="Part of the clusters."),
)
async def list_clusters(query: NamedQuery) -> ClusterPage:
    """Read a page of clusters."""
    async with services().database.reading() as session:
        page = await read_page(session, select_visible(tables.Cluster, viewer()), tables.Cluster, query)
    return ClusterPage(items=[_summarized(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.get("/v1/clusters/<uuid:cluster_id>")
@op(
    id="getCluster",
    tag="clusters",
    summary="Get a cluster",
    description="With what has grown up to now, also in the middle of a task.",
    for_devices=True,
    reply=Reply(200, Cluster, description="The cluster."),
    errors=(409, 503),
)
async def get_cluster(cluster_id: UUID) -> Cluster:
    """Read one cluster and count what it is made of."""
    parts = services()
    row = await _find(parts, cluster_id)
    return described(row, await _count(parts, cluster_id))


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
    parts = services()
    stats = await _count(parts, (await _find(parts, cluster_id)).id)  # where that cannot be done, nothing changes
    async with change() as session:
        row = await get_for_change(session, tables.Cluster, viewer(), cluster_id)
        row.name = body.name
        await session.flush()
    return described(row, stats)


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


@blueprint.get("/v1/clusters/<uuid:cluster_id>/template")
@op(
    id="downloadClusterTemplate",
    tag="clusters",
    verb="template",
    summary="Download the template of a cluster",
    description="The text that the cluster was made from.",
    reply=Reply(200, str, media=YAML, description="The text.", example=TEMPLATE_EXAMPLE),
)
async def download_cluster_template(cluster_id: UUID) -> str:
    """Read the row."""
    return (await _find(services(), cluster_id)).template


@blueprint.get("/v1/clusters/<uuid:cluster_id>/picture")
@op(
    id="drawCluster",
    tag="clusters",
    verb="picture",
    rate=Rate.COSTLY,
    summary="Draw a cluster",
    description="The hexagons of its template, layer by layer, and what each of them can reach.",
    reply=Reply(200, str, media=SVG, description="The picture, as SVG.", example="<svg></svg>"),
    errors=(409,),
)
async def draw_cluster(cluster_id: UUID) -> str:
    """Draw on a thread."""
    return await read_kept(draw, (await _find(services(), cluster_id)).template)
