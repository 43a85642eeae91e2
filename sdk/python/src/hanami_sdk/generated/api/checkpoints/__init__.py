"""Operations about checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.checkpoint import Checkpoint
    from ...models.checkpoint_create import CheckpointCreate
    from ...models.name_order import NameOrder, check_name_order
    from ...models.rename import Rename


class Checkpoints(Calls):
    """Operations about checkpoints."""

    def get(
        self,
        checkpoint_id: UUID,
    ) -> Checkpoint:
        """Get a checkpoint.

        What it is; see `downloadCheckpoint` for the state.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        checkpoint_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a checkpoint.

        Its cluster stays as it is.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        checkpoint_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Checkpoint:
        """Rename a checkpoint.

        What it holds stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

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
    ) -> Iterator[Checkpoint]:
        """List the checkpoints of a cluster.

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
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Checkpoint:
        """Keep the state of a cluster.

        As it is now; in the middle of a task, between two of its samples.
        """
        from ...models import CheckpointCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=CheckpointCreate(
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )


class AsyncCheckpoints(AsyncCalls):
    """Operations about checkpoints, for programs with an event loop."""

    async def get(
        self,
        checkpoint_id: UUID,
    ) -> Checkpoint:
        """Get a checkpoint.

        What it is; see `downloadCheckpoint` for the state.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        checkpoint_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a checkpoint.

        Its cluster stays as it is.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        checkpoint_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Checkpoint:
        """Rename a checkpoint.

        What it holds stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return await self._call(
            _operation.request(
                checkpoint_id=checkpoint_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

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
    ) -> AsyncIterator[Checkpoint]:
        """List the checkpoints of a cluster.

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
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Checkpoint:
        """Keep the state of a cluster.

        As it is now; in the middle of a task, between two of its samples.
        """
        from ...models import CheckpointCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=CheckpointCreate(
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )
