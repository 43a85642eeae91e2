"""Queries about device keys."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.device_keys import Scope
from hanami_server.store.tables import DeviceKey
from hanami_server.store.users import find_viewer
from hanami_server.store.visibility import Device, Viewer


async def find_device(session: AsyncSession, sha256: str) -> tuple[Viewer, datetime | None] | None:
    """Return the device behind a key, and when the key ends; None for a key that nobody has.

    A key is as good as the user who made it: one who is gone, disabled or not in the project any more, and knows the
    key, shall not get in by it.
    """
    key = await session.scalar(select(DeviceKey).where(DeviceKey.sha256 == sha256))
    if key is None or await find_viewer(session, key.owner_id, key.project_id) is None:
        return None
    device = Device(key.cluster_id, frozenset(map(Scope, key.scopes)))
    viewer = Viewer(f"device:{key.id}", is_admin=False, project_id=key.project_id, role=None)
    return replace(viewer, device=device), key.expires_at
