"""Operations about device keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.device_key import DeviceKey
    from ...models.device_key_create import DeviceKeyCreate
    from ...models.name_order import NameOrder, check_name_order
    from ...models.new_device_key import NewDeviceKey
    from ...models.scope import Scope, check_scope


class DeviceKeys(Calls):
    """Operations about device keys."""

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[DeviceKey]:
        """List the device keys of a cluster.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    def create(
        self,
        cluster_id: UUID,
        name: str,
        scopes: builtins.list[Scope],
        *,
        expires_at: datetime.datetime | None | Unset = UNSET,
    ) -> NewDeviceKey:
        """Make a key for a device.

        It is good for this cluster only, and for what its scopes say, as long as the user who made it could
        work with the cluster.
        """
        from ...models import DeviceKeyCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=DeviceKeyCreate(
                    name=name,
                    scopes=scopes,
                    expires_at=expires_at,
                ),
            ),
            _operation.answer,
        )

    def get(
        self,
        device_key_id: UUID,
    ) -> DeviceKey:
        """Get a device key.

        What it is good for, not the key itself.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                device_key_id=device_key_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        device_key_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a device key.

        It is refused from the next request on.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                device_key_id=device_key_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )


class AsyncDeviceKeys(AsyncCalls):
    """Operations about device keys, for programs with an event loop."""

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[DeviceKey]:
        """List the device keys of a cluster.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    async def create(
        self,
        cluster_id: UUID,
        name: str,
        scopes: builtins.list[Scope],
        *,
        expires_at: datetime.datetime | None | Unset = UNSET,
    ) -> NewDeviceKey:
        """Make a key for a device.

        It is good for this cluster only, and for what its scopes say, as long as the user who made it could
        work with the cluster.
        """
        from ...models import DeviceKeyCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=DeviceKeyCreate(
                    name=name,
                    scopes=scopes,
                    expires_at=expires_at,
                ),
            ),
            _operation.answer,
        )

    async def get(
        self,
        device_key_id: UUID,
    ) -> DeviceKey:
        """Get a device key.

        What it is good for, not the key itself.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                device_key_id=device_key_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        device_key_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a device key.

        It is refused from the next request on.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                device_key_id=device_key_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )
