"""Operations about uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.order import Order, check_order
    from ...models.upload import Upload
    from ...models.upload_start import UploadStart


class Uploads(Calls):
    """Operations about uploads."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: Order | Unset = UNSET,
        descending: bool | Unset = False,
    ) -> Iterator[Upload]:
        """List the uploads.

        Those that no dataset was made of yet; oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                ),
                _operation.answer,
            )
        )

    def get(
        self,
        upload_id: UUID,
    ) -> Upload:
        """Get an upload.

        How many bytes arrived, and their digest.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                upload_id=upload_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        upload_id: UUID,
    ) -> None:
        """Delete an upload.

        One that no dataset was made of.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                upload_id=upload_id,
            ),
            _operation.answer,
        )

    def start(
        self,
        size: int,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Upload:
        """Begin an upload in pieces.

        For files that are large, or lines that break: what got lost is sent again from where it broke off.
        The room for the whole file is taken now.
        """
        from ...models import UploadStart
        from . import start as _operation

        return self._call(
            _operation.request(
                body=UploadStart(
                    size=size,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )


class AsyncUploads(AsyncCalls):
    """Operations about uploads, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: Order | Unset = UNSET,
        descending: bool | Unset = False,
    ) -> AsyncIterator[Upload]:
        """List the uploads.

        Those that no dataset was made of yet; oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                ),
                _operation.answer,
            )
        )

    async def get(
        self,
        upload_id: UUID,
    ) -> Upload:
        """Get an upload.

        How many bytes arrived, and their digest.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                upload_id=upload_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        upload_id: UUID,
    ) -> None:
        """Delete an upload.

        One that no dataset was made of.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                upload_id=upload_id,
            ),
            _operation.answer,
        )

    async def start(
        self,
        size: int,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Upload:
        """Begin an upload in pieces.

        For files that are large, or lines that break: what got lost is sent again from where it broke off.
        The room for the whole file is taken now.
        """
        from ...models import UploadStart
        from . import start as _operation

        return await self._call(
            _operation.request(
                body=UploadStart(
                    size=size,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )
