"""Checkpoints: kept states of clusters."""

import asyncio
import hashlib
from uuid import UUID, uuid4

from hanami_engine import SnapshotError
from quart import Blueprint, Response, request

from hanami_server.access.guard import viewer
from hanami_server.blobs.files import write_atomically
from hanami_server.blobs.uploads import Received, receive
from hanami_server.contract.base import NamedQuery, Rename
from hanami_server.contract.body import request_body
from hanami_server.contract.checkpoints import Checkpoint, CheckpointCreate, CheckpointPage, CheckpointUpload
from hanami_server.contract.errors import ConflictError, ValidationFailedError
from hanami_server.contract.op import BINARY, NO_CONTENT, Body, Rate, Reply, op
from hanami_server.fleet.admission import OtherTemplateError, expect_state
from hanami_server.routes.conditions import get_for_change
from hanami_server.routes.files import download, network_faults
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.database import insert
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import Viewer, get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("checkpoints", __name__)


@blueprint.post("/v1/clusters/<uuid:cluster_id>/checkpoints")
@op(
    id="createCheckpoint",
    tag="checkpoints",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Keep the state of a cluster",
    description="As it is now; in the middle of a task, between two of its samples.",
    body=Body(CheckpointCreate, example={"name": "after the first pass"}),
    reply=Reply(201, Checkpoint, description="The new checkpoint."),
    errors=(409, 503),
)
async def create_checkpoint(cluster_id: UUID, body: CheckpointCreate) -> tables.Checkpoint:
    """Write the state; goes on to its end although the client goes away."""
    return await asyncio.shield(_create(services(), viewer(), cluster_id, body.name))


async def _create(parts: Services, who: Viewer, cluster_id: UUID, name: str) -> tables.Checkpoint:
    async with parts.database.reading() as session:
        cluster = await get_visible(session, tables.Cluster, who, cluster_id)
        await parts.quotas.expect_room(session, who.user_id, cluster.project_id, checkpoint_bytes=1)
    with network_faults():
        snapshot = await parts.fleet.snapshot(cluster_id)
    kept = Received(len(snapshot), await asyncio.to_thread(lambda: hashlib.sha256(snapshot).hexdigest()))
    row = _row_of(uuid4(), cluster, who, name, kept)
    with parts.blobs.checkpoints.adding(row.id) as path:
        await asyncio.to_thread(write_atomically, path, snapshot)
        await _keep(parts, row)
    return row


def _row_of(item: UUID, cluster: tables.Cluster, who: Viewer, name: str, kept: Received) -> tables.Checkpoint:
    return tables.Checkpoint(
        id=item,
        owner_id=who.user_id,
        project_id=cluster.project_id,
        cluster_id=cluster.id,
        name=name,
        bytes=kept.size,
        sha256=kept.sha256,
    )


async def _keep(parts: Services, row: tables.Checkpoint) -> None:
    async with change(row.id) as session:
        await parts.quotas.expect_room(session, row.owner_id, row.project_id, checkpoint_bytes=row.bytes)
        await insert(session, row, "The cluster was deleted in the meantime.")


@blueprint.post("/v1/clusters/<uuid:cluster_id>/checkpoints/upload")
@op(
    id="uploadCheckpoint",
    tag="checkpoints",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Upload a checkpoint",
    description=(
        "A file that `downloadCheckpoint` gave, or `Network.save` of the engine, of a network with the same hexagons "
        "and settings as the cluster. The cluster stays as it is until it is put back to it."
    ),
    query=CheckpointUpload,
    body=Body(media=BINARY, description="The bytes of the file."),
    reply=Reply(201, Checkpoint, description="The new checkpoint."),
    errors=(409,),
)
async def upload_checkpoint(cluster_id: UUID, query: CheckpointUpload) -> tables.Checkpoint:
    """Keep the bytes, check them, then keep the row."""
    parts, who, item = services(), viewer(), uuid4()
    async with parts.database.reading() as session:
        cluster = await get_visible(session, tables.Cluster, who, cluster_id)
        declared = request.content_length or 0
        await parts.quotas.expect_room(session, who.user_id, cluster.project_id, checkpoint_bytes=declared)
    chunks = request_body().chunks(parts.settings.max_upload_bytes)
    received = await receive(parts.blobs.checkpoints.path(item), chunks)
    return await asyncio.shield(_accept(parts, cluster.template, _row_of(item, cluster, who, query.name, received)))


async def _accept(parts: Services, template: str, row: tables.Checkpoint) -> tables.Checkpoint:
    """Keep a file that has arrived, if it is good, although the client goes away."""
    with parts.blobs.checkpoints.adding(row.id) as path:
        try:
            await asyncio.to_thread(lambda: expect_state(template, path.read_bytes()))
        except OtherTemplateError as error:
            raise ConflictError(f"The file belongs to another template: {error}.") from error
        except SnapshotError as error:
            raise ValidationFailedError.of("body", str(error)) from error
        await _keep(parts, row)
    return row


@blueprint.get("/v1/clusters/<uuid:cluster_id>/checkpoints")
@op(
    id="listCheckpoints",
    tag="checkpoints",
    summary="List the checkpoints of a cluster",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, CheckpointPage, description="Part of the checkpoints."),
)
async def list_checkpoints(cluster_id: UUID, query: NamedQuery) -> Page[tables.Checkpoint]:
    """Read a page of checkpoints."""
    async with services().database.reading() as session:
        await get_visible(session, tables.Cluster, viewer(), cluster_id)
        rows = select_visible(tables.Checkpoint, viewer()).where(tables.Checkpoint.cluster_id == cluster_id)
        return await read_page(session, rows, tables.Checkpoint, query)


@blueprint.get("/v1/checkpoints/<uuid:checkpoint_id>")
@op(
    id="getCheckpoint",
    tag="checkpoints",
    summary="Get a checkpoint",
    description="What it is; see `downloadCheckpoint` for the state.",
    reply=Reply(200, Checkpoint, description="The checkpoint."),
)
async def get_checkpoint(checkpoint_id: UUID) -> tables.Checkpoint:
    """Read one checkpoint."""
    async with services().database.reading() as session:
        return await get_visible(session, tables.Checkpoint, viewer(), checkpoint_id)


@blueprint.get("/v1/checkpoints/<uuid:checkpoint_id>/content")
@op(
    id="downloadCheckpoint",
    tag="checkpoints",
    rate=Rate.COSTLY,
    summary="Download a checkpoint",
    description="A safetensors file that `Network.load` of the engine reads. The header `Range` asks for a part of it "
    "(206), and `If-Range` for the whole where it is another file by now.",
    reply=Reply(200, media=BINARY, description="The file."),
    errors=(416,),
)
async def download_checkpoint(checkpoint_id: UUID) -> Response:
    """Send the file."""
    parts = services()
    async with parts.database.reading() as session:
        await get_visible(session, tables.Checkpoint, viewer(), checkpoint_id)
    return await download(parts.blobs.checkpoints, checkpoint_id)


@blueprint.patch("/v1/checkpoints/<uuid:checkpoint_id>")
@op(
    id="updateCheckpoint",
    tag="checkpoints",
    conditional=True,
    summary="Rename a checkpoint",
    description="What it holds stays as it is.",
    body=Body(Rename, example={"name": "of 2026"}),
    reply=Reply(200, Checkpoint, description="The checkpoint as it is now."),
    errors=(409,),
)
async def update_checkpoint(checkpoint_id: UUID, body: Rename) -> tables.Checkpoint:
    """Give it another name."""
    async with change() as session:
        row = await get_for_change(session, tables.Checkpoint, viewer(), checkpoint_id)
        row.name = body.name
        await session.flush()
    return row


@blueprint.delete("/v1/checkpoints/<uuid:checkpoint_id>")
@op(
    id="deleteCheckpoint",
    tag="checkpoints",
    conditional=True,
    summary="Delete a checkpoint",
    description="Its cluster stays as it is.",
    reply=NO_CONTENT,
)
async def delete_checkpoint(checkpoint_id: UUID) -> None:
    """Forget the row, then the file."""
    parts = services()
    async with change() as session:
        await session.delete(await get_for_change(session, tables.Checkpoint, viewer(), checkpoint_id))
    await asyncio.to_thread(parts.blobs.checkpoints.delete, checkpoint_id)
