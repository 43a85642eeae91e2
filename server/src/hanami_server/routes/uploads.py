"""Files on their way to becoming datasets."""

import asyncio
from uuid import UUID, uuid4

from quart import Blueprint, request

from hanami_server.access.guard import viewer
from hanami_server.blobs.uploads import receive
from hanami_server.contract.base import ListQuery
from hanami_server.contract.body import request_body
from hanami_server.contract.op import BINARY, NO_CONTENT, Body, Rate, Reply, op
from hanami_server.contract.uploads import Upload, UploadPage
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("uploads", __name__)


@blueprint.post("/v1/uploads")
@op(
    id="createUpload",
    tag="uploads",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Upload a file",
    description="The raw bytes; what they mean is said when a dataset is made of them, which uses the upload up.",
    body=Body(media=BINARY, description="The bytes of the file."),
    reply=Reply(201, Upload, description="What arrived."),
    errors=(409,),
)
async def create_upload() -> tables.Upload:
    """Keep the bytes, then the row."""
    parts, who, item = services(), viewer(), uuid4()
    project_id = who.home()
    async with parts.database.reading() as session:  # before the bytes are taken, and once more when they are here
        declared = request.content_length or 0
        await parts.quotas.expect_room(session, who.user_id, project_id, dataset_bytes=declared)
    chunks = request_body().chunks(parts.settings.max_upload_bytes)
    got = await receive(parts.blobs.uploads.path(item), chunks)
    row = tables.Upload(id=item, owner_id=who.user_id, project_id=project_id, size=got.size, sha256=got.sha256)
    await asyncio.shield(_keep(parts, row))
    return row


async def _keep(parts: Services, row: tables.Upload) -> None:
    """Keep the row of a file that has arrived, although the client goes away; else neither of them."""
    with parts.blobs.uploads.adding(row.id):
        async with change(row.id) as session:
            await parts.quotas.expect_room(session, row.owner_id, row.project_id, dataset_bytes=row.size)
            session.add(row)


@blueprint.get("/v1/uploads")
@op(
    id="listUploads",
    tag="uploads",
    summary="List the uploads",
    description="Those that no dataset was made of yet; oldest first, where no other order is asked for.",
    query=ListQuery,
    reply=Reply(200, UploadPage, description="Part of the uploads."),
)
async def list_uploads(query: ListQuery) -> Page[tables.Upload]:
    """Read a page of uploads."""
    async with services().database.reading() as session:
        return await read_page(session, select_visible(tables.Upload, viewer()), tables.Upload, query)


@blueprint.get("/v1/uploads/<uuid:upload_id>")
@op(
    id="getUpload",
    tag="uploads",
    summary="Get an upload",
    description="How many bytes arrived, and their digest.",
    reply=Reply(200, Upload, description="The upload."),
)
async def get_upload(upload_id: UUID) -> tables.Upload:
    """Read one upload."""
    async with services().database.reading() as session:
        return await get_visible(session, tables.Upload, viewer(), upload_id)


@blueprint.delete("/v1/uploads/<uuid:upload_id>")
@op(
    id="deleteUpload",
    tag="uploads",
    summary="Delete an upload",
    description="One that no dataset was made of.",
    reply=NO_CONTENT,
)
async def delete_upload(upload_id: UUID) -> None:
    """Take away the row, then the bytes."""
    parts = services()
    async with change() as session:
        await session.delete(await get_visible(session, tables.Upload, viewer(), upload_id))
    await asyncio.to_thread(parts.blobs.uploads.delete, upload_id)
