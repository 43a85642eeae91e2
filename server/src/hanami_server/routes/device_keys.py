"""Device keys: made and taken away by those who see the cluster."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from quart import Blueprint

from hanami_server.access.device_keys import digest, new_key
from hanami_server.access.guard import viewer
from hanami_server.contract.base import NamedQuery
from hanami_server.contract.device_keys import DeviceKey, DeviceKeyCreate, DeviceKeyPage, NewDeviceKey
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.op import NO_CONTENT, Body, Reply, op
from hanami_server.routes.conditions import get_for_change
from hanami_server.services import services
from hanami_server.store import tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("device_keys", __name__)


@blueprint.post("/v1/clusters/<uuid:cluster_id>/device-keys")
@op(
    id="createDeviceKey",
    tag="device-keys",
    summary="Make a key for a device",
    description=(
        "It is good for this cluster only, and for what its scopes say, as long as the user who made it could work "
        "with the cluster."
    ),
    body=Body(DeviceKeyCreate, example={"name": "pump 7", "scopes": ["learn", "request"]}),
    reply=Reply(201, NewDeviceKey, description="The new key."),
)
async def create_device_key(cluster_id: UUID, body: DeviceKeyCreate) -> NewDeviceKey:
    """Keep the digest of a new key."""
    if body.expires_at is not None and body.expires_at <= datetime.now(UTC):
        raise ValidationFailedError.of("expires_at", "expected a moment that is still to come")
    key, item = new_key(), uuid4()
    async with change(item) as session:
        cluster = await get_visible(session, tables.Cluster, viewer(), cluster_id)
        row = tables.DeviceKey(
            **body.model_dump(),
            id=item,
            owner_id=viewer().user_id,
            project_id=cluster.project_id,
            cluster_id=cluster_id,
            sha256=digest(key),
        )
        session.add(row)
        await session.flush()
    return NewDeviceKey(**DeviceKey.model_validate(row).model_dump(), key=key)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/device-keys")
@op(
    id="listDeviceKeys",
    tag="device-keys",
    summary="List the device keys of a cluster",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, DeviceKeyPage, description="Part of the keys."),
)
async def list_device_keys(cluster_id: UUID, query: NamedQuery) -> Page[tables.DeviceKey]:
    """Read a page of keys."""
    async with services().database.reading() as session:
        await get_visible(session, tables.Cluster, viewer(), cluster_id)
        rows = select_visible(tables.DeviceKey, viewer()).where(tables.DeviceKey.cluster_id == cluster_id)
        return await read_page(session, rows, tables.DeviceKey, query)


@blueprint.get("/v1/device-keys/<uuid:device_key_id>")
@op(
    id="getDeviceKey",
    tag="device-keys",
    summary="Get a device key",
    description="What it is good for, not the key itself.",
    reply=Reply(200, DeviceKey, description="The key."),
)
async def get_device_key(device_key_id: UUID) -> tables.DeviceKey:
    """Read one key."""
    async with services().database.reading() as session:
        return await get_visible(session, tables.DeviceKey, viewer(), device_key_id)


@blueprint.delete("/v1/device-keys/<uuid:device_key_id>")
@op(
    id="deleteDeviceKey",
    tag="device-keys",
    conditional=True,
    summary="Delete a device key",
    description="It is refused from the next request on.",
    reply=NO_CONTENT,
)
async def delete_device_key(device_key_id: UUID) -> None:
    """Take away the row."""
    async with change() as session:
        await session.delete(await get_for_change(session, tables.DeviceKey, viewer(), device_key_id))
