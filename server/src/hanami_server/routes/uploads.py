"""Files on their way to becoming datasets."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from quart import Blueprint, request

from hanami_server.access.guard import viewer
from hanami_server.blobs.files import write_atomically
from hanami_server.blobs.uploads import append, digest, receive
from hanami_server.contract.base import ListQuery
from hanami_server.contract.body import request_body
from hanami_server.contract.errors import ApiError, ConflictError, ContentTooLargeError
from hanami_server.contract.op import BINARY, NO_CONTENT, Body, Rate, Reply, op
from hanami_server.contract.uploads import AppendQuery, Upload, UploadPage, UploadStart
from hanami_server.routes.files import deleted_meanwhile
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import Viewer, get_visible, select_visible
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
    whole = {"size": got.size, "received": got.size, "sha256": got.sha256}
    row = tables.Upload(id=item, owner_id=who.user_id, project_id=project_id, **whole)
    await asyncio.shield(_keep(parts, row))
    return row


async def _keep(parts: Services, row: tables.Upload) -> None:
    """Keep the row of a file that has arrived, although the client goes away; else neither of them."""
    with parts.blobs.uploads.adding(row.id):
        async with change(row.id) as session:
            await parts.quotas.expect_room(session, row.owner_id, row.project_id, dataset_bytes=row.size)
            session.add(row)


@blueprint.post("/v1/uploads/start")
@op(
    id="startUpload",
    tag="uploads",
    idempotent=True,
    summary="Begin an upload in pieces",
    description="For files that are large, or lines that break: what got lost is sent again from where it broke off. "
    "The room for the whole file is taken now.",
    body=Body(UploadStart, example={"size": 47_040_016}),
    reply=Reply(201, Upload, description="An upload without a byte."),
)
async def start_upload(body: UploadStart) -> tables.Upload:
    """Keep an empty file, then the row."""
    parts, who, item = services(), viewer(), uuid4()
    if body.size > parts.settings.max_upload_bytes:
        raise ContentTooLargeError
    row = tables.Upload(id=item, owner_id=who.user_id, project_id=who.home(), size=body.size, received=0)
    write_atomically(parts.blobs.uploads.path(item), b"")
    await asyncio.shield(_keep(parts, row))
    return row


@blueprint.post("/v1/uploads/<uuid:upload_id>/append")
@op(
    id="appendUpload",
    tag="uploads",
    rate=Rate.COSTLY,
    summary="Go on with an upload in pieces",
    description="The next bytes of the file. What arrives before the connection breaks is kept: `getUpload` tells how "
    "much, and what comes after that is sent again.",
    query=AppendQuery,
    body=Body(media=BINARY, description="The next bytes of the file."),
    reply=Reply(200, Upload, description="What has arrived by now."),
    errors=(409,),
)
async def append_upload(upload_id: UUID, query: AppendQuery) -> tables.Upload:
    """Add bytes to the file, then tell the row; goes on to its end although the client goes away."""
    return await asyncio.shield(_append(services(), viewer(), upload_id, query.offset))


async def _append(parts: Services, who: Viewer, upload_id: UUID, offset: int) -> tables.Upload:
    async with parts.database.reading() as session:
        row = await get_visible(session, tables.Upload, who, upload_id)
    if offset != row.received or row.received == row.size:
        raise ConflictError(f"{row.received} of {row.size} bytes have arrived; expected the next of them.")
    failures: list[ApiError] = []

    async def arriving() -> AsyncIterator[bytes]:
        try:
            async for chunk in request_body().chunks(row.size - offset):
                yield chunk
        except ApiError as error:
            failures.append(error)

    path = parts.blobs.uploads.path(upload_id)
    try:
        with deleted_meanwhile():
            received = await append(path, offset, arriving())
    except BlockingIOError as error:
        raise ConflictError("Another call sends bytes of this upload at this moment.") from error
    sha256 = await asyncio.to_thread(digest, path) if received == row.size else None
    async with change(upload_id) as session:
        row = await get_visible(session, tables.Upload, who, upload_id)
        row.received, row.sha256 = received, sha256
        await session.flush()
        await session.refresh(row)
    if failures:
        raise failures[0]
    return row


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
